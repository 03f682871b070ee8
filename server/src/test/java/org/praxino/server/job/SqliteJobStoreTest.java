package org.praxino.server.job;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.db.Database;

class SqliteJobStoreTest extends JobStoreContract {
    @TempDir
    Path folder;

    @Override
    Database open() {
        return Database.sqlite(folder.resolve("jobs.sqlite"));
    }
}
