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

/** An open database with its tables in place. A committed transaction survives the process being killed. */
public final class Database implements AutoCloseable {
    /** How one server keeps another out of the same PostgreSQL database: a lock that goes with its connection. */
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

    /** A SQLite file, made if it is absent. */
    public static Database sqlite(Path file) {
        var config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + file.toAbsolutePath());
        // One connection: SQLite has one writer anyway, and so nobody is ever told that the file is busy.
        config.setMaximumPoolSize(1);
        config.addDataSourceProperty("journal_mode", "WAL");
        config.addDataSourceProperty("synchronous", "FULL");
        config.addDataSourceProperty("busy_timeout", "10000");
        return open(config, null, Dialect.SQLITE, file.toString());
    }

    /**
     * A PostgreSQL database, which belongs to this server for as long as it is open.
     *
     * @param url {@code postgresql://user:password@host:port/name}, with or without {@code jdbc:} in front
     * @throws UserException when it cannot be reached, or another server has it
     */
    public static Database postgresql(String url) {
        var place = Place.of(url);
        return open(place, lock(place));
    }

    /** The same beside a server that may be running, for a short look or change. */
    public static Database postgresqlBeside(String url) {
        return open(Place.of(url), null);
    }

    private static Database open(Place place, @Nullable Connection lock) {
        var config = new HikariConfig();
        config.setJdbcUrl(place.jdbcUrl);
        config.setDataSourceProperties(place.properties);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(5_000);
        return open(config, lock, Dialect.POSTGRESQL, place.jdbcUrl);
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

    private static Connection lock(Place place) {
        Connection connection;
        boolean mine;
        try {
            connection = DriverManager.getConnection(place.jdbcUrl, place.properties);
            try (var statement = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
                statement.setLong(1, SERVER_LOCK);
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    mine = rows.getBoolean(1);
                }
            }
        } catch (SQLException e) {
            throw new UserException("the database " + place.jdbcUrl + " cannot be opened: " + reason(e), e);
        }
        if (!mine) {
            release(connection);
            throw new UserException("the database " + place.jdbcUrl + " is in use by another praxino server: give each its own");
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

    /** Where a PostgreSQL database is; the name and password stay out of what is shown. */
    private record Place(String jdbcUrl, Properties properties) {
        static Place of(String url) {
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
            return new Place("jdbc:postgresql://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri.getPath() + query,
                    properties);
        }
    }
}
