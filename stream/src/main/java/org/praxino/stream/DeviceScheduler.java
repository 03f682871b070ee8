package org.praxino.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Schedules work on one device, one worker at a time. Workers release the device after each sampling step of a teacher's clip and after
 * each block of a student. Streams go first, in order of their deadlines; ties go to the worker that has waited longest. A clip that has
 * waited for five seconds gets one step regardless, so that streams cannot starve it.
 *
 * <p>Each worker runs on its own thread. Models opened with the same scheduler share the device.
 */
public final class DeviceScheduler {
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    /** Streams run before clips. */
    public enum Priority {
        LIVE,
        BATCH
    }

    /** A user of the device. Close it when there is no more work. */
    public final class Worker implements AutoCloseable {
        private final Priority priority;
        private long deadline = Long.MAX_VALUE;
        private long number;
        private long requestedAt;

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
                    grant();
                }
            }
        }

        /** Lets workers of higher priority run, then continues. Call between two steps. */
        public void yieldDevice() throws InterruptedException {
            synchronized (DeviceScheduler.this) {
                Worker next = first();
                if (holder == this && (next == null || next.priority.compareTo(priority) >= 0)) {
                    return; // clips do not preempt each other: interleaving takes as long and needs twice the memory
                }
                release();
                acquire(deadline);
            }
        }

        @Override
        public void close() {
            release();
        }
    }

    private static final Comparator<Worker> ORDER =
            Comparator.comparing((Worker w) -> w.priority).thenComparingLong(w -> w.deadline).thenComparingLong(w -> w.number);

    private final long maxWaitNanos;
    private final List<Worker> waiting = new ArrayList<>();
    private @Nullable Worker holder;
    private long clock;

    public DeviceScheduler() {
        this(MAX_WAIT);
    }

    /** @param maxWait how long streams may delay a clip's next step */
    DeviceScheduler(Duration maxWait) {
        this.maxWaitNanos = maxWait.toNanos();
    }

    /** @param priority of its work */
    public Worker worker(Priority priority) {
        return new Worker(priority);
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
        return waiting.stream().filter(w -> w.priority == Priority.BATCH && now - w.requestedAt > maxWaitNanos).findFirst()
                .or(() -> waiting.stream().min(ORDER)).orElse(null);
    }

    /** The number of workers waiting. */
    public synchronized int waiting() {
        return waiting.size();
    }
}
