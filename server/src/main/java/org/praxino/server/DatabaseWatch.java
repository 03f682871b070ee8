package org.praxino.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.praxino.server.db.Database;
import org.praxino.server.engine.ServerHealth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks every second that the database answers and that no other server uses it. */
final class DatabaseWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long INTERVAL_MILLIS = 1_000;

    private final Database database;
    private final ServerHealth health;
    private final Runnable onTakenOver;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("praxino-database-watch").factory());

    /** @param onTakenOver called when another server uses the database: all work must stop */
    DatabaseWatch(Database database, ServerHealth health, Runnable onTakenOver) {
        this.database = database;
        this.health = health;
        this.onTakenOver = onTakenOver;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            switch (database.check()) {
                case HELD -> health.works(ServerHealth.Need.DATABASE);
                case AWAY -> health.fails(ServerHealth.Need.DATABASE, "the database does not answer");
                case TAKEN_OVER -> {
                    health.endFor("another praxino server uses the database now");
                    onTakenOver.run();
                    timer.shutdown();
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.error("watching the database", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
