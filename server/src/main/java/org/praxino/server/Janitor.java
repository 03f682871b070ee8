package org.praxino.server;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.praxino.server.access.DayUse;
import org.praxino.server.content.ContentStore;
import org.praxino.server.hook.HookStore;
import org.praxino.server.job.JobBoard;
import org.praxino.server.job.JobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes away what has had its time: files when they expire, rows a month after their job ended, half-written folders at the start. */
final class Janitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    /** How long the row of an ended job is kept after its files went. */
    private static final Duration REMEMBERED = Duration.ofDays(30);

    private static final long EVERY_SECONDS = 30;

    private final JobStore store;
    private final ContentStore content;
    private final HookStore hooks;
    private final DayUse use;
    private final JobBoard board;
    private final Clock clock;
    private final Duration keep;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("praxino-janitor").factory());

    Janitor(JobStore store, ContentStore content, HookStore hooks, DayUse use, JobBoard board, Clock clock, Duration keep) {
        this.store = store;
        this.content = content;
        this.hooks = hooks;
        this.use = use;
        this.board = board;
        this.clock = clock;
        this.keep = keep;
    }

    void start() {
        content.sweep(store::knows);
        timer.scheduleWithFixedDelay(this::round, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void round() {
        try {
            tidy();
        } catch (RuntimeException e) {
            LOG.error("tidying up", e);
        }
    }

    void tidy() {
        for (String id : store.expired()) {
            content.delete(id);
            store.emptied(id);
        }
        for (String id : store.removable()) {
            remove(id);
        }
        for (String id : store.endedBefore(clock.millis() - keep.plus(REMEMBERED).toMillis())) {
            remove(id);
        }
        hooks.tidy();
        use.tidy();
        board.tidy();
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
