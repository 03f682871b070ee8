package org.praxino.server.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who computes on a device: one at a time. A turn is given back after every step of a job and every block of a live session, and
 * goes to live sessions first, to the one that must show its next block earliest; among equals to the one that waited longest.
 *
 * <p>Each worker keeps to a thread of its own; what is handed around is the right to compute.
 */
public final class DeviceTurns {
    /** Live sessions go before jobs. */
    public enum Kind {
        LIVE,
        BATCH
    }

    /** One that takes turns. Close it when there is nothing left to compute. */
    public final class Worker implements AutoCloseable {
        private final Kind kind;
        private long deadline = Long.MAX_VALUE;
        private long since;

        private Worker(Kind kind) {
            this.kind = kind;
        }

        /**
         * Waits for a turn.
         *
         * @param deadlineNanos by when the result is wanted, on the clock of {@link System#nanoTime}
         */
        public void take(long deadlineNanos) throws InterruptedException {
            synchronized (DeviceTurns.this) {
                deadline = deadlineNanos;
                since = ++clock;
                waiting.add(this);
                try {
                    while (holder != null || first() != this) {
                        DeviceTurns.this.wait();
                    }
                    holder = this;
                } finally {
                    waiting.remove(this);
                    DeviceTurns.this.notifyAll(); // one that was interrupted may have been the first
                }
            }
        }

        /** Gives the turn back; nothing when there is none. */
        public void give() {
            synchronized (DeviceTurns.this) {
                if (holder == this) {
                    holder = null;
                    DeviceTurns.this.notifyAll();
                }
            }
        }

        /** Between two steps: lets those go first that come before, and returns with a turn. */
        public void pause() throws InterruptedException {
            synchronized (DeviceTurns.this) {
                Worker next = first();
                if (holder == this && (next == null || next.kind.compareTo(kind) >= 0)) {
                    return; // jobs do not interrupt each other: their steps together would take no less time, and twice the memory
                }
            }
            give();
            take(deadline);
        }

        @Override
        public void close() {
            give();
        }
    }

    private static final Comparator<Worker> ORDER =
            Comparator.comparing((Worker w) -> w.kind).thenComparingLong(w -> w.deadline).thenComparingLong(w -> w.since);

    private final List<Worker> waiting = new ArrayList<>();
    private @Nullable Worker holder;
    private long clock;

    public Worker worker(Kind kind) {
        return new Worker(kind);
    }

    private @Nullable Worker first() {
        return waiting.stream().min(ORDER).orElse(null);
    }

    /** How many wait for a turn. */
    public synchronized int waiting() {
        return waiting.size();
    }
}
