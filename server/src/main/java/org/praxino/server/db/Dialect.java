package org.praxino.server.db;

/** Differences between the two databases in the migration scripts. */
enum Dialect {
    SQLITE("INTEGER PRIMARY KEY AUTOINCREMENT"),
    POSTGRESQL("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");

    /** An auto-increment column that never reuses a number. */
    final String serial;

    Dialect(String serial) {
        this.serial = serial;
    }
}
