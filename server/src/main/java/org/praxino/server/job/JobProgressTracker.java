package org.praxino.server.job;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Progress of running jobs and change notification, in memory; {@link JobStore} holds the persistent state. */
public final class JobProgressTracker {
    /**
     * A job's progress.
     *
     * @param percent 0 to 100
     * @param stage current stage
     */
    public record JobProgress(int percent, String stage) {}

    /** The latest preview of a job. @param number increases with every preview */
    public record Preview(long number, byte[] jpeg) {}

    private final Map<String, JobProgress> progress = new HashMap<>();
    private final Map<String, Preview> previews = new HashMap<>();
    private final Map<String, Integer> watchers = new HashMap<>();
    private final Map<String, Long> changedAt = new HashMap<>();
    private long version;
    private Runnable onEnd = () -> {};

    /** @param action called whenever a job ends; must be fast */
    public synchronized void onEnd(Runnable action) {
        onEnd = action;
    }

    public synchronized void update(String id, JobProgress now) {
        if (!now.equals(progress.put(id, now))) {
            notifyChanged(id);
        }
    }

    public synchronized @Nullable JobProgress progress(String id) {
        return progress.get(id);
    }

    /** Requests previews of a job. */
    public synchronized void watch(String id) {
        watchers.merge(id, 1, Integer::sum);
    }

    /** Undoes one call of {@link #watch}. */
    public synchronized void unwatch(String id) {
        watchers.computeIfPresent(id, (job, n) -> n > 1 ? n - 1 : null);
    }

    public synchronized boolean isWatched(String id) {
        return watchers.containsKey(id);
    }

    /** Sets the latest preview. */
    public synchronized void setPreview(String id, byte[] jpeg) {
        previews.put(id, new Preview(version + 1, jpeg));
        notifyChanged(id);
    }

    public synchronized @Nullable Preview preview(String id) {
        return previews.get(id);
    }

    /** Notifies waiters that the job changed. */
    public synchronized void notifyChanged(String id) {
        changedAt.put(id, ++version);
        notifyAll();
    }

    /** The job has ended: notifies waiters and removes its state. */
    public synchronized void finish(String id) {
        progress.remove(id);
        previews.remove(id);
        notifyChanged(id);
        onEnd.run();
    }

    /** The current version, for {@link #await}. */
    public synchronized long version() {
        return version;
    }

    /** Waits until the job changes after version {@code since}, or for {@code millis}. */
    public synchronized void await(String id, long since, long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        while (changedAt.getOrDefault(id, 0L) <= since) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** Deletes old notifications. */
    public synchronized void deleteOld() {
        changedAt.values().removeIf(r -> r < version - 10_000);
    }
}
