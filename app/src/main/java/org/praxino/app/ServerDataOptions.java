package org.praxino.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.io.UserFolders;
import picocli.CommandLine.Option;

/** Options for the server's data folder and database, shared by {@code serve} and {@code keys}. */
final class ServerDataOptions {
    @Option(names = "--data", paramLabel = "DIR",
            description = "Folder of jobs, videos and keys (default: praxino/server in the user's data folder, ~/.local/share).")
    private @Nullable Path folder;

    @Option(names = "--database", paramLabel = "URL",
            description = "PostgreSQL database for jobs and keys, postgresql://USER:PASSWORD@HOST/NAME, in place of SQLite in the data folder"
                    + " (default: the environment variable PRAXINO_DATABASE).")
    private @Nullable String database;

    /** @param database PostgreSQL URL, or null for SQLite */
    record Location(Path folder, @Nullable String database) {}

    Location location() {
        String url = database != null ? database : System.getenv("PRAXINO_DATABASE");
        return new Location(folder == null ? UserFolders.data().resolve("server") : folder, url == null || url.isBlank() ? null : url);
    }
}
