package org.praxino.server;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.praxino.server.access.DailyUsage;
import org.praxino.server.content.ContentStore;
import org.praxino.server.db.DatabaseFault;
import org.praxino.server.engine.FairQueue;
import org.praxino.server.engine.JobRunner;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobProgressTracker;
import org.praxino.server.job.JobStore;
import org.praxino.server.webhook.WebhookStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes expired data: files when they expire, job rows a month after the job ended. Finds jobs that wait and that the queue does not know. */
final class CleanupTask implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    /** How long the row of an ended job is kept after its files expire. */
    private static final Duration JOB_RETENTION = Duration.ofDays(30);

    private static final long INTERVAL_SECONDS = 30;

    private final JobStore store;
    private final ContentStore content;
    private final WebhookStore hooks;
    private final FairQueue queue;
    private final JobRunner runner;
    private final DailyUsage use;
    private final JobProgressTracker board;
    private final Clock clock;
    private final Duration keep;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("praxino-cleanup").factory());

    CleanupTask(JobStore store, ContentStore content, WebhookStore hooks, DailyUsage use, JobProgressTracker board, FairQueue queue, JobRunner runner,
            Clock clock, Duration keep) {
        this.store = store;
        this.content = content;
        this.hooks = hooks;
        this.queue = queue;
        this.runner = runner;
        this.use = use;
        this.board = board;
        this.clock = clock;
        this.keep = keep;
    }

    void start() {
        content.setAside(store::exists);
        timer.scheduleWithFixedDelay(this::runSafely, 0, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    private void runSafely() {
        try {
            cleanUp();
        } catch (JdbiException e) {
            LOG.warn("cleaning up: {}", DatabaseFault.reason(e));
        } catch (RuntimeException | Error e) { // a task that throws is not run again
            LOG.error("cleanup failed", e);
        }
    }

    void cleanUp() {
        for (Job job : store.queued()) { // accepted, but the answer of the database was lost
            if (!runner.isRunning(job.id()) && queue.addIfAbsent(job.owner(), job.id())) {
                LOG.warn("job {} waited in the database alone: it is in the queue now", job.id());
            }
        }
        for (String id : content.idsWithInput()) { // left when the server was killed right after a job ended
            if (store.find(id).filter(job -> job.state().ended()).isPresent()) {
                content.deleteInput(id);
            }
        }
        for (String id : store.expired()) {
            content.delete(id);
            store.contentDeleted(id);
        }
        for (String id : store.removable()) {
            remove(id);
        }
        for (String id : store.endedBefore(clock.millis() - keep.plus(JOB_RETENTION).toMillis())) {
            remove(id);
        }
        store.deleteRemovedIds(clock.millis() - JOB_RETENTION.toMillis());
        hooks.deleteOrphans();
        use.deleteOld();
        board.deleteOld();
    }

    private void remove(String id) {
        content.delete(id);
        store.remove(id);
    }

    @Override
    public void close() {
        timer.shutdown();
        try {
            timer.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
