package org.praxino.server.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/** A database connection pool with an up-to-date schema. Committed transactions survive a killed process. */
public final class Database implements AutoCloseable {
    private static final int CONNECTIONS = 8;

    /** SQLite has one writer at a time, and as many readers beside it. */
    private static final int SQLITE_CONNECTIONS = 4;

    /** PostgreSQL releases the lock of a server that has just closed its connection a moment later. */
    private static final long RELEASE_MILLIS = 3_000;

    /** How long a statement waits for a connection before the database counts as away. */
    private static final long CONNECT_MILLIS = 5_000;

    /** Whether this server still holds its database. */
    public enum Hold {
        HELD,
        /** The database does not answer. */
        AWAY,
        /** Another server uses it now: this one must stop. */
        TAKEN_OVER
    }

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final @Nullable ServerLock lock;

    private Database(HikariDataSource pool, @Nullable ServerLock lock) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.lock = lock;
    }

    /** Opens a SQLite file, creating it if missing. */
    public static Database sqlite(Path file) {
        var config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + file.toAbsolutePath());
        config.setMaximumPoolSize(SQLITE_CONNECTIONS);
        config.addDataSourceProperty("journal_mode", "WAL");
        config.addDataSourceProperty("synchronous", "FULL");
        config.addDataSourceProperty("busy_timeout", "10000");
        config.addDataSourceProperty("transaction_mode", "IMMEDIATE"); // a transaction that reads first could not begin to write later
        Database database = open(config, null, file.toString());
        try {
            migrate(database.jdbi, Dialect.SQLITE, file.toString());
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        return database;
    }

    /**
     * Opens a PostgreSQL database and locks it for this server.
     *
     * @param url {@code postgresql://user:password@host:port/name}, with or without {@code jdbc:} in front
     * @param check throws if the database is not for this server. It comes before the claim, which stops a server that lost the lock for a
     *     moment
     * @throws DatabaseUnavailableException if it cannot be reached
     * @throws UserException if another server uses it
     */
    public static Database postgresql(String url, Consumer<Jdbi> check) {
        var info = ConnectionInfo.of(url);
        var lock = new ServerLock(info.jdbcUrl, info.properties);
        try {
            if (!lock.acquireWithin(RELEASE_MILLIS)) {
                throw new UserException("the database " + info.shown + " is in use by another praxino server: give each its own");
            }
            Jdbi plain = Jdbi.create(info.jdbcUrl, info.properties);
            migrate(plain, Dialect.POSTGRESQL, info.shown);
            check.accept(plain);
            lock.claim();
            return open(info, lock);
        } catch (SQLException e) {
            lock.close();
            throw failure(DatabaseFault.of(e), "the database " + info.shown + " cannot be opened: " + info.withoutSecrets(DatabaseFault.reason(e)), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Opens a PostgreSQL database without locking it, for administration while a server may be running. */
    public static Database postgresqlShared(String url) {
        var info = ConnectionInfo.of(url);
        Database database = open(info, null);
        try {
            migrate(database.jdbi, Dialect.POSTGRESQL, info.shown);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        return database;
    }

    private static Database open(ConnectionInfo info, @Nullable ServerLock lock) {
        var config = new HikariConfig();
        config.setJdbcUrl(info.jdbcUrl);
        config.setDataSourceProperties(info.properties);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(5_000);
        config.setConnectionTimeout(CONNECT_MILLIS);
        if (lock != null) {
            config.setConnectionInitSql(lock.fence());
        }
        return open(config, lock, info.shown);
    }

    private static Database open(HikariConfig config, @Nullable ServerLock lock, String shown) {
        config.setPoolName("praxino-db");
        try {
            return new Database(new HikariDataSource(config), lock);
        } catch (RuntimeException e) {
            throw failure(fault(e), "the database " + shown + " cannot be opened: " + ConnectionInfo.masked(DatabaseFault.reason(e)), e);
        }
    }

    private static DatabaseFault fault(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                return DatabaseFault.of(sql);
            }
        }
        return DatabaseFault.REFUSED;
    }

    private static UserException failure(DatabaseFault fault, String sentence, Exception e) {
        return switch (fault) {
            case AWAY, FULL -> new DatabaseUnavailableException(sentence, e);
            case DAMAGED, REFUSED -> new UserException(sentence, e);
        };
    }

    private static void migrate(Jdbi jdbi, Dialect dialect, String shown) {
        try {
            Migrations.run(jdbi, dialect);
        } catch (JdbiException e) {
            throw failure(DatabaseFault.of(e), "the database " + shown + " cannot be used: " + ConnectionInfo.masked(DatabaseFault.reason(e)), e);
        }
    }

    public Jdbi jdbi() {
        return jdbi;
    }

    /** Looks whether the database answers and is still this server's; a lock that was lost is taken again. */
    public Hold check() {
        if (lock != null) {
            Hold hold = lock.check();
            if (hold == Hold.TAKEN_OVER) {
                pool.getHikariPoolMXBean().softEvictConnections();
            }
            return hold;
        }
        try {
            return jdbi.withHandle(h -> h.createQuery("SELECT COUNT(*) FROM server_state").mapTo(Integer.class).one()) >= 0 ? Hold.HELD : Hold.AWAY;
        } catch (JdbiException e) {
            return Hold.AWAY;
        }
    }

    @Override
    public void close() {
        pool.close();
        if (lock != null) {
            lock.close();
        }
    }

    /** Parsed PostgreSQL URL; user name, password and parameters are kept out of messages. */
    private record ConnectionInfo(String jdbcUrl, String shown, Properties properties) {
        static ConnectionInfo of(String url) {
            String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
            URI uri;
            try {
                uri = URI.create(plain);
            } catch (IllegalArgumentException e) {
                throw notOne();
            }
            if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme()) || uri.getHost() == null) {
                throw notOne();
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
            String shown = "jdbc:postgresql://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri.getPath();
            return new ConnectionInfo(shown + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()), shown, properties);
        }

        private static UserException notOne() {
            return new UserException("the database URL is not one: write it as postgresql://user:password@host:5432/name");
        }

        /** A driver may repeat the whole URL. */
        String withoutSecrets(String message) {
            String password = properties.getProperty("password");
            String text = message.replace(jdbcUrl, shown);
            return masked(password == null || password.isEmpty() ? text : text.replace(password, "..."));
        }

        static String masked(String message) {
            return message.replaceAll("(?i)(password|pass|sslpassword|token)=[^&\\s\"]*", "$1=...");
        }
    }
}
