package org.praxino.server.engine;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.praxino.server.db.DatabaseFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Retries a database write until it succeeds: an outage must not lose the work on a job. */
final class DatabaseRetry {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /** Tries of a statement that the database refuses: a fault that waiting does not mend. */
    private static final int REFUSALS = 3;

    private final ServerHealth health;
    private boolean closed;

    DatabaseRetry(ServerHealth health) {
        this.health = health;
    }

    /** @throws CancellationException when closed before the database came back */
    <T extends @Nullable Object> T call(Supplier<T> operation) {
        long pause = FIRST_PAUSE_MILLIS;
        for (int refused = 0; ; ) {
            try {
                T result = operation.get();
                health.works(ServerHealth.Need.JOBS);
                return result;
            } catch (JdbiException e) {
                DatabaseFault fault = DatabaseFault.of(e);
                if (fault == DatabaseFault.REFUSED && ++refused >= REFUSALS) {
                    throw e;
                }
                if (pause == FIRST_PAUSE_MILLIS) {
                    LOG.warn("{}: {}", fault.sentence(), DatabaseFault.reason(e));
                }
                health.fails(ServerHealth.Need.JOBS, fault.sentence());
                if (fault == DatabaseFault.AWAY) { // the watch alone ends this one: it also takes the lost lock again
                    health.fails(ServerHealth.Need.DATABASE, fault.sentence());
                }
            }
            if (!pause(pause)) {
                throw new CancellationException("closed while the database was away");
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    /** @return false when closed */
    synchronized boolean pause(long millis) {
        boolean interrupted = false;
        long until = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; !closed && left > 0; left = (until - System.nanoTime()) / 1_000_000) {
            try {
                wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !closed;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
