package org.praxino.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.YieldPoint;

/**
 * Schedules work on one device, one worker at a time. Streams go first, in order of their deadlines; ties go to the worker that has waited
 * longest. A stream has the device for a block. A clip releases it after any layer when a stream waits, and waits while a stream's
 * block is decoded, which runs beside the device. A clip that streams hold up without a break gets a twentieth of the time.
 *
 * <p>Each worker runs on its own thread. Models opened with the same scheduler share the device.
 */
public final class DeviceScheduler {
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    /** A clip waits this many times as long as it last had the device, at most. */
    private static final int WAIT_PER_TURN = 19;

    /** Streams run before clips. */
    public enum Priority {
        LIVE,
        BATCH
    }

    /** A user of the device. Close it when there is no more work. */
    public final class Worker implements AutoCloseable, YieldPoint.Handler {
        private final Priority priority;
        private long deadline = Long.MAX_VALUE;
        private long number;
        private long requestedAt;
        private long grantedAt;
        private long patience = maxWaitNanos;

        private Worker(Priority priority) {
            this.priority = priority;
        }

        /**
         * Waits for the device.
         *
         * @param deadlineNanos when the result is needed, on the clock of {@link System#nanoTime}
         */
        public void acquire(long deadlineNanos) throws InterruptedException {
            synchronized (DeviceScheduler.this) {
                deadline = deadlineNanos;
                number = ++clock;
                await();
            }
        }

        private void await() throws InterruptedException {
            synchronized (DeviceScheduler.this) {
                requestedAt = System.nanoTime();
                waiting.add(this);
                grant();
                boolean acquired = false;
                try {
                    while (holder != this) {
                        DeviceScheduler.this.wait();
                    }
                    acquired = true;
                } finally {
                    if (!acquired) { // interrupted
                        waiting.remove(this);
                        release();
                    }
                }
            }
        }

        /** Releases the device, if held. */
        public void release() {
            synchronized (DeviceScheduler.this) {
                if (holder == this) {
                    holder = null;
                    patience = Math.min(maxWaitNanos, WAIT_PER_TURN * (System.nanoTime() - grantedAt));
                    grant();
                }
            }
        }

        /** Whether a worker of higher priority waits, or a stream's block is being decoded. */
        @Override
        public boolean wanted() {
            synchronized (DeviceScheduler.this) {
                Worker next = first();
                return priority == Priority.BATCH && decoding > 0
                        || next != null && next.priority.compareTo(priority) < 0; // clips do not preempt each other: that needs twice the memory
            }
        }

        /** Lets workers of higher priority run, then continues. Call between two pieces of work. */
        public void yieldDevice() throws InterruptedException {
            synchronized (DeviceScheduler.this) {
                if (holder == this && !wanted()) {
                    return;
                }
                release();
                await(); // with its old number: clips that wait do not come between
            }
        }

        /** {@link #yieldDevice} in the middle of a step. @throws CancellationException when interrupted */
        @Override
        public void yieldNow() {
            try {
                yieldDevice();
            } catch (InterruptedException e) {
                throw new CancellationException("interrupted");
            }
        }

        private boolean overdue(long now) {
            return now - requestedAt > patience;
        }

        @Override
        public void close() {
            release();
        }
    }

    private static final Comparator<Worker> ORDER =
            Comparator.comparingLong((Worker w) -> w.deadline).thenComparingLong(w -> w.number);

    private final long maxWaitNanos;
    private final List<Worker> waiting = new ArrayList<>();
    private @Nullable Worker holder;
    private long clock;
    private int decoding;

    public DeviceScheduler() {
        this(MAX_WAIT);
    }

    /** @param maxWait how long streams may delay a clip at most */
    DeviceScheduler(Duration maxWait) {
        this.maxWaitNanos = maxWait.toNanos();
    }

    /** @param priority of its work */
    public Worker worker(Priority priority) {
        return new Worker(priority);
    }

    /** Decodes a stream's block on the calling thread; clips stand back until it is done. */
    public void decode(Runnable work) {
        synchronized (this) {
            decoding++;
        }
        try {
            work.run();
        } finally {
            synchronized (this) {
                decoding--;
                grant();
            }
        }
    }

    private void grant() {
        if (holder == null) {
            Worker next = first();
            if (next != null) {
                waiting.remove(next);
                next.grantedAt = System.nanoTime();
                holder = next;
            }
            notifyAll();
        }
    }

    private @Nullable Worker first() {
        long now = System.nanoTime();
        Worker clip = waiting.stream().filter(w -> w.priority == Priority.BATCH).min(ORDER).orElse(null);
        if (clip != null && clip.overdue(now)) {
            return clip;
        }
        Worker stream = waiting.stream().filter(w -> w.priority == Priority.LIVE).min(ORDER).orElse(null);
        return stream != null ? stream : decoding == 0 ? clip : null;
    }

    /** The number of workers waiting. */
    public synchronized int waiting() {
        return waiting.size();
    }
}
