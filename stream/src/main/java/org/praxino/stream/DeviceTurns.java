package org.praxino.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who computes on a device: one at a time. A turn is given back after every step of a teacher's clip and every block of a student, and goes to
 * streams first, to the one that must show its next block earliest; among equals to the one that waited longest. A clip that streams
 * have kept waiting for five seconds gets one step all the same, so that no number of them can hold it up for ever.
 *
 * <p>Each worker keeps to a thread of its own; what is handed around is the right to compute. Models of one device that are opened with
 * the same turns share it.
 */
public final class DeviceTurns {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Streams go before clips. */
    public enum Kind {
        LIVE,
        BATCH
    }

    /** One that takes turns. Close it when there is nothing left to compute. */
    public final class Worker implements AutoCloseable {
        private final Kind kind;
        private long deadline = Long.MAX_VALUE;
        private long number;
        private long asked;

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
                number = ++clock;
                asked = System.nanoTime();
                waiting.add(this);
                grant();
                boolean taken = false;
                try {
                    while (holder != this) {
                        DeviceTurns.this.wait();
                    }
                    taken = true;
                } finally {
                    if (!taken) { // interrupted
                        waiting.remove(this);
                        give();
                    }
                }
            }
        }

        /** Gives the turn back; nothing when there is none. */
        public void give() {
            synchronized (DeviceTurns.this) {
                if (holder == this) {
                    holder = null;
                    grant();
                }
            }
        }

        /** Between two steps: lets those go first that come before, and returns with a turn. */
        public void pause() throws InterruptedException {
            synchronized (DeviceTurns.this) {
                Worker next = first();
                if (holder == this && (next == null || next.kind.compareTo(kind) >= 0)) {
                    return; // clips do not interrupt each other: their steps together would take no less time, and twice the memory
                }
                give();
                take(deadline);
            }
        }

        @Override
        public void close() {
            give();
        }
    }

    private static final Comparator<Worker> ORDER =
            Comparator.comparing((Worker w) -> w.kind).thenComparingLong(w -> w.deadline).thenComparingLong(w -> w.number);

    private final long patience;
    private final List<Worker> waiting = new ArrayList<>();
    private @Nullable Worker holder;
    private long clock;

    public DeviceTurns() {
        this(PATIENCE);
    }

    /** @param patience how long streams may keep a clip from its next step */
    DeviceTurns(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** @param kind how soon its results are wanted */
    public Worker worker(Kind kind) {
        return new Worker(kind);
    }

    private void grant() {
        if (holder == null) {
            holder = first();
            waiting.remove(holder);
            notifyAll();
        }
    }

    private @Nullable Worker first() {
        long now = System.nanoTime();
        return waiting.stream().filter(w -> w.kind == Kind.BATCH && now - w.asked > patience).findFirst()
                .or(() -> waiting.stream().min(ORDER)).orElse(null);
    }

    /** How many wait for a turn. */
    public synchronized int waiting() {
        return waiting.size();
    }
}
