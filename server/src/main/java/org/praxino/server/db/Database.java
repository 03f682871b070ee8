package org.praxino.server.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/** A database connection pool with an up-to-date schema. Committed transactions survive a killed process. */
public final class Database implements AutoCloseable {
    /** Advisory lock that keeps other servers out of the same PostgreSQL database. */
    private static final long SERVER_LOCK = 0x70726178696e6fL;

    private static final int CONNECTIONS = 8;

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final @Nullable Connection lock;

    private Database(HikariDataSource pool, @Nullable Connection lock) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.lock = lock;
    }

    /** Opens a SQLite file, creating it if missing. */
    public static Database sqlite(Path file) {
        var config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + file.toAbsolutePath());
        // One connection: SQLite has a single writer, and this avoids "database is locked" errors.
        config.setMaximumPoolSize(1);
        config.addDataSourceProperty("journal_mode", "WAL");
        config.addDataSourceProperty("synchronous", "FULL");
        config.addDataSourceProperty("busy_timeout", "10000");
        return open(config, null, Dialect.SQLITE, file.toString());
    }

    /**
     * Opens a PostgreSQL database and locks it for this server.
     *
     * @param url {@code postgresql://user:password@host:port/name}, with or without {@code jdbc:} in front
     * @throws UserException if it cannot be reached, or another server uses it
     */
    public static Database postgresql(String url) {
        var info = ConnectionInfo.of(url);
        return open(info, lock(info));
    }

    /** Opens a PostgreSQL database without locking it, for administration while a server may be running. */
    public static Database postgresqlShared(String url) {
        return open(ConnectionInfo.of(url), null);
    }

    private static Database open(ConnectionInfo info, @Nullable Connection lock) {
        var config = new HikariConfig();
        config.setJdbcUrl(info.jdbcUrl);
        config.setDataSourceProperties(info.properties);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(5_000);
        return open(config, lock, Dialect.POSTGRESQL, info.jdbcUrl);
    }

    private static Database open(HikariConfig config, @Nullable Connection lock, Dialect dialect, String shown) {
        config.setPoolName("praxino-db");
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            release(lock);
            throw new UserException("the database " + shown + " cannot be opened: " + reason(e), e);
        }
        var database = new Database(pool, lock);
        try {
            Migrations.run(database.jdbi, dialect);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        return database;
    }

    private static Connection lock(ConnectionInfo info) {
        Connection connection;
        boolean locked;
        try {
            connection = DriverManager.getConnection(info.jdbcUrl, info.properties);
            try (var statement = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
                statement.setLong(1, SERVER_LOCK);
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    locked = rows.getBoolean(1);
                }
            }
        } catch (SQLException e) {
            throw new UserException("the database " + info.jdbcUrl + " cannot be opened: " + reason(e), e);
        }
        if (!locked) {
            release(connection);
            throw new UserException("the database " + info.jdbcUrl + " is in use by another praxino server: give each its own");
        }
        return connection;
    }

    public Jdbi jdbi() {
        return jdbi;
    }

    @Override
    public void close() {
        pool.close();
        release(lock);
    }

    private static void release(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // it is gone either way
            }
        }
    }

    private static String reason(Throwable e) {
        Throwable t = e;
        while (t.getCause() != null) {
            t = t.getCause();
        }
        String message = String.valueOf(t.getMessage()).lines().findFirst().orElse("");
        return message.replaceAll("[.\\s]+$", "");
    }

    /** Parsed PostgreSQL URL; user name and password are kept out of messages. */
    private record ConnectionInfo(String jdbcUrl, Properties properties) {
        static ConnectionInfo of(String url) {
            String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
            URI uri;
            try {
                uri = URI.create(plain);
            } catch (IllegalArgumentException e) {
                throw new UserException("the database URL is not one: write it as postgresql://user:password@host:5432/name");
            }
            if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme()) || uri.getHost() == null) {
                throw new UserException("the database URL is not one: write it as postgresql://user:password@host:5432/name");
            }
            var properties = new Properties();
            String who = uri.getUserInfo();
            if (who != null) {
                int colon = who.indexOf(':');
                properties.setProperty("user", colon < 0 ? who : who.substring(0, colon));
                if (colon >= 0) {
                    properties.setProperty("password", who.substring(colon + 1));
                }
            }
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return new ConnectionInfo("jdbc:postgresql://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri.getPath() + query,
                    properties);
        }
    }
}
