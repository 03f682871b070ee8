package org.praxino.server.job;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the jobs in work have come, and a bell that rings when anything about a job changes. Lives in memory: what must
 * survive is in the {@link JobStore}.
 */
public final class JobBoard {
    /**
     * How far a job has come.
     *
     * @param percent 0 to 100
     * @param note what is being done, in a word
     */
    public record Doing(int percent, String note) {}

    /** What a job looks like so far. @param number rises with every picture */
    public record Preview(long number, byte[] jpeg) {}

    private final Map<String, Doing> doing = new HashMap<>();
    private final Map<String, Preview> previews = new HashMap<>();
    private final Map<String, Integer> watchers = new HashMap<>();
    private final Map<String, Long> rung = new HashMap<>();
    private long bell;
    private Runnable onEnd = () -> {};

    /** @param action quick; run with every job that ends */
    public synchronized void onEnd(Runnable action) {
        onEnd = action;
    }

    public synchronized void update(String id, Doing now) {
        if (!now.equals(doing.put(id, now))) {
            ring(id);
        }
    }

    public synchronized @Nullable Doing doing(String id) {
        return doing.get(id);
    }

    /** Somebody wants to see pictures of the job from now on. */
    public synchronized void watch(String id) {
        watchers.merge(id, 1, Integer::sum);
    }

    /** As often as {@link #watch}. */
    public synchronized void unwatch(String id) {
        watchers.computeIfPresent(id, (job, n) -> n > 1 ? n - 1 : null);
    }

    public synchronized boolean watched(String id) {
        return watchers.containsKey(id);
    }

    /** A picture of the job; the one before is forgotten. */
    public synchronized void show(String id, byte[] jpeg) {
        previews.put(id, new Preview(bell + 1, jpeg));
        ring(id);
    }

    public synchronized @Nullable Preview preview(String id) {
        return previews.get(id);
    }

    /** Something about the job changed. */
    public synchronized void ring(String id) {
        rung.put(id, ++bell);
        notifyAll();
    }

    /** The job has ended: its last ring, and nothing more is kept of it. */
    public synchronized void end(String id) {
        doing.remove(id);
        previews.remove(id);
        ring(id);
        onEnd.run();
    }

    /** What {@link #await} is to be given to hear of everything from now on. */
    public synchronized long now() {
        return bell;
    }

    /** Waits until something about the job changed since {@code since}, or the time is over. */
    public synchronized void await(String id, long since, long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        while (rung.getOrDefault(id, 0L) <= since) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** Forgets old rings; a waiter then looks at the store when its time is over. */
    public synchronized void tidy() {
        rung.values().removeIf(r -> r < bell - 10_000);
    }
}
