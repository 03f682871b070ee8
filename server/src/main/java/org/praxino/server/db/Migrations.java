package org.praxino.server.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.praxino.tensor.UserException;

/** Migrates the schema to the current version, one transaction per script. */
final class Migrations {
    /** Scripts 1.sql to this one. */
    private static final int LATEST = 3;

    private Migrations() {}

    static void run(Jdbi jdbi, Dialect dialect) {
        int at = jdbi.inTransaction(h -> {
            h.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
            return h.createQuery("SELECT MAX(version) FROM schema_version").mapTo(Integer.class).findOne().orElse(0);
        });
        if (at > LATEST) {
            throw new UserException("the database was written by a newer praxino (tables of version " + at + ", this one knows " + LATEST
                    + "): use that version, or another data folder");
        }
        for (int version = at + 1; version <= LATEST; version++) {
            int next = version;
            jdbi.useTransaction(h -> apply(h, next, dialect));
        }
    }

    private static void apply(Handle handle, int version, Dialect dialect) {
        for (String statement : script(version).replace("${serial}", dialect.serial).split(";\\s*\n")) {
            if (!statement.isBlank()) {
                handle.execute(statement);
            }
        }
        handle.execute("INSERT INTO schema_version (version) VALUES (?)", version);
    }

    private static String script(int version) {
        try (var in = Migrations.class.getResourceAsStream(version + ".sql")) {
            if (in == null) {
                throw new IllegalStateException("script " + version + ".sql is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
