package org.praxino.server.db;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The advisory lock that keeps other servers out of a PostgreSQL database. It ends with its connection, so it is taken again after
 * PostgreSQL restarts; the row {@code owner} shows whether another server had it in between.
 */
final class ServerLock implements AutoCloseable {
    private static final long NUMBER = 0x70726178696e6fL;
    private static final int VALID_SECONDS = 5;

    private final String jdbcUrl;
    private final Properties properties;
    private final String owner;
    private @Nullable Connection connection;
    private int backend;

    ServerLock(String jdbcUrl, Properties properties) {
        this.jdbcUrl = jdbcUrl;
        this.properties = properties;
        var bytes = new byte[12];
        new SecureRandom().nextBytes(bytes);
        this.owner = HexFormat.of().formatHex(bytes);
    }

    /** Takes the lock. @return false if another server has it */
    synchronized boolean acquire() throws SQLException {
        Connection fresh = DriverManager.getConnection(jdbcUrl, properties);
        try (var statement = fresh.prepareStatement("SELECT pg_try_advisory_lock(?), pg_backend_pid()")) {
            statement.setLong(1, NUMBER);
            try (var rows = statement.executeQuery()) {
                rows.next();
                if (rows.getBoolean(1)) {
                    backend = rows.getInt(2);
                    release();
                    connection = fresh;
                    return true;
                }
            }
        } catch (SQLException e) {
            close(fresh);
            throw e;
        }
        close(fresh);
        return false;
    }

    /** As {@link #acquire}, tried again until so many milliseconds are over. */
    boolean acquireWithin(long millis) throws SQLException {
        long until = System.nanoTime() + millis * 1_000_000;
        while (!acquire()) {
            if (System.nanoTime() > until) {
                return false;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Writes down that the database is this server's. The tables must be there. */
    synchronized void claim() throws SQLException {
        try (var statement = connection().prepareStatement(
                "INSERT INTO server_state (name, value) VALUES ('owner', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")) {
            statement.setString(1, owner);
            statement.executeUpdate();
        }
    }

    private Connection connection() throws SQLException {
        if (connection == null) {
            throw new SQLException("the lock's connection is closed", "08003");
        }
        return connection;
    }

    /** A statement that fails on a database that another server has claimed. */
    String fence() {
        return "SELECT 1 / (CASE WHEN EXISTS (SELECT 1 FROM server_state WHERE name = 'owner' AND value = '" + owner + "') THEN 1 ELSE 0 END)";
    }

    /** Checks whether the lock is still held, and takes it again if its connection was lost. */
    synchronized Database.Hold check() {
        try {
            if (connection != null && connection.isValid(VALID_SECONDS)) {
                return Database.Hold.HELD;
            }
            boolean taken = acquire();
            boolean mine = isHeld();
            if (!taken && mine) { // the server at the other end has not noticed yet that the old connection is dead
                endOldConnection();
                taken = acquire();
            }
            return !mine ? Database.Hold.TAKEN_OVER : taken ? Database.Hold.HELD : Database.Hold.AWAY;
        } catch (SQLException e) {
            return Database.Hold.AWAY;
        }
    }

    private boolean isHeld() throws SQLException {
        try (var other = DriverManager.getConnection(jdbcUrl, properties);
                var statement = other.prepareStatement("SELECT 1 FROM server_state WHERE name = 'owner' AND value = ?")) {
            statement.setString(1, owner);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private void endOldConnection() throws SQLException {
        try (var other = DriverManager.getConnection(jdbcUrl, properties);
                var statement = other.prepareStatement("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid = ?")) {
            statement.setInt(1, backend);
            statement.execute();
        }
    }

    private void release() {
        if (connection != null) {
            close(connection);
            connection = null;
        }
    }

    @Override
    public synchronized void close() {
        release();
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // it is gone either way
        }
    }
}
