package org.praxino.server.db;

/** Where the two databases differ in what the scripts say. */
enum Dialect {
    SQLITE("INTEGER PRIMARY KEY AUTOINCREMENT"),
    POSTGRESQL("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");

    /** A column that counts up and never gives a number twice. */
    final String serial;

    Dialect(String serial) {
        this.serial = serial;
    }
}
