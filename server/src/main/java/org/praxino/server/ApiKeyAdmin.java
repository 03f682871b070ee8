package org.praxino.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.ApiKeys;
import org.praxino.server.access.DailyUsage;
import org.praxino.server.db.Database;
import org.praxino.tensor.UserException;

/** Manages the API keys of a server, which may be running. */
public final class ApiKeyAdmin implements AutoCloseable {
    private final Database database;
    private final ApiKeys keys;
    private final DailyUsage use;

    private ApiKeyAdmin(Database database) {
        this.database = database;
        this.keys = new ApiKeys(database.jdbi(), Clock.systemUTC());
        this.use = new DailyUsage(database.jdbi(), Clock.systemUTC());
    }

    /** @param url PostgreSQL, or null for SQLite in the folder */
    public static ApiKeyAdmin open(Path folder, @Nullable String url) {
        if (url != null) {
            return new ApiKeyAdmin(Database.postgresqlShared(url));
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UserException("the data folder '" + folder + "' cannot be used: " + e.getMessage(), e);
        }
        return new ApiKeyAdmin(DataFolder.sqlite(folder));
    }

    public ApiKeys keys() {
        return keys;
    }

    /** Today's usage of each key. */
    public DailyUsage use() {
        return use;
    }

    @Override
    public void close() {
        database.close();
    }
}
