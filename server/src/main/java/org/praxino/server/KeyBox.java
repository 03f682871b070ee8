package org.praxino.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.DayUse;
import org.praxino.server.access.Keys;
import org.praxino.server.db.Database;
import org.praxino.tensor.UserException;

/** The keys of a server that may be running. */
public final class KeyBox implements AutoCloseable {
    private final Database database;
    private final Keys keys;
    private final DayUse use;

    private KeyBox(Database database) {
        this.database = database;
        this.keys = new Keys(database.jdbi(), Clock.systemUTC());
        this.use = new DayUse(database.jdbi(), Clock.systemUTC());
    }

    /** @param url PostgreSQL, or null for SQLite in the folder */
    public static KeyBox open(Path folder, @Nullable String url) {
        if (url != null) {
            return new KeyBox(Database.postgresqlBeside(url));
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UserException("the data folder '" + folder + "' cannot be used: " + e.getMessage(), e);
        }
        return new KeyBox(DataFolder.database(folder, null));
    }

    public Keys keys() {
        return keys;
    }

    /** What was made for each today. */
    public DayUse use() {
        return use;
    }

    @Override
    public void close() {
        database.close();
    }
}
