package org.praxino.server.engine;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.praxino.server.content.ContentStore;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobBoard;
import org.praxino.server.job.JobBoard.Doing;
import org.praxino.server.job.JobState;
import org.praxino.server.job.JobStore;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.GeneratedVideo;
import org.praxino.tensor.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes jobs from the queue, one at a time, until it is closed. One for each device. */
public final class JobRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    /** Of 100 percent, what denoising and decoding take; the rest is writing the files. */
    private static final int DENOISED = 88;
    private static final int DECODED = 96;

    private record Current(String id, Stop stop) {}

    /**
     * What a runner works with.
     *
     * @param keep how long files stay
     */
    public record Tools(
            Models models, JobStore store, ContentStore content, FairQueue queue, JobBoard board, Estimates estimates,
            Metrics metrics, Clock clock, Duration keep) {}

    private final Tools tools;
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable Current current;

    public JobRunner(Tools tools) {
        this.tools = tools;
        this.thread = Thread.ofPlatform().name("praxino-jobs").unstarted(this::run);
    }

    /** Loads the models, then works. */
    public void start() {
        thread.start();
    }

    /** Asks the job in work, if it is this one, to stop at its next step. */
    public void cancel(String id) {
        Current now = current;
        if (now != null && now.id.equals(id)) {
            now.stop.ask(Stop.Reason.CANCEL);
        }
    }

    private void run() {
        try {
            tools.models.load();
            LOG.info("ready");
            for (String id = tools.queue.take(); id != null; id = tools.queue.take()) {
                work(id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("the models cannot be loaded: {}", e.getMessage(), e);
        }
    }

    private void work(String id) {
        var stop = new Stop();
        current = new Current(id, stop); // before the state changes, so that no request to stop falls between the two
        if (closing) {
            return;
        }
        Job job = tools.store.begin(id).orElse(null);
        if (job == null) {
            current = null;
            return;
        }
        tools.metrics.waited(Duration.ofMillis(Math.max(0, tools.clock.millis() - job.created())));
        tools.board.update(id, new Doing(0, "starting"));
        try {
            make(job, stop);
        } catch (CancellationException e) {
            if (stop.reason() == Stop.Reason.CANCEL) {
                tools.store.cancelled(id);
            } else {
                tools.store.handBack(id);
            }
        } catch (Throwable t) {
            fail(job, t);
        } finally {
            current = null;
            ended(job);
        }
    }

    private void make(Job job, Stop stop) {
        long begun = System.nanoTime();
        ServedModel model = tools.models.find(job.spec().model()).orElseThrow(() ->
                new org.praxino.tensor.UserException("the model " + job.spec().model() + " is not served any more"));
        GeneratedVideo video = ClipMaker.make(job.spec(), model, tools.content.input(job.id()), progress(job.id(), stop),
                new Previews(job, model.info(), tools.board));
        stop.check();
        tools.board.update(job.id(), new Doing(DECODED, "writing"));
        var about = tools.content.put(job.id(), folder -> ClipFiles.write(folder, video, job.spec()));
        stop.check();
        tools.store.complete(job.id(), about.bytes(), tools.clock.millis() + tools.keep.toMillis());
        double seconds = (System.nanoTime() - begun) / 1e9;
        tools.estimates.took(seconds);
        tools.metrics.made(job.spec().model(), job.spec().frames(), job.spec().frames() / job.spec().fps(), seconds);
    }

    /** Told of every step: notes it, and stops if asked to. */
    private Progress progress(String id, Stop stop) {
        var last = new long[] {System.nanoTime()};
        return (done, total, note) -> {
            double share = total <= 0 ? 0 : (double) done / total;
            int percent = (int) (note.startsWith("denois") ? share * DENOISED
                    : note.startsWith("decod") ? DENOISED + share * (DECODED - DENOISED)
                    : share * DECODED); // a stream does both at once
            Doing before = tools.board.doing(id);
            tools.board.update(id, new Doing(Math.max(percent, before == null ? 0 : before.percent()), note));
            stop.check();
            if (note.startsWith("denois")) {
                tools.metrics.step(Duration.ofNanos(System.nanoTime() - last[0]));
            }
            last[0] = System.nanoTime();
        };
    }

    private void fail(Job job, Throwable t) {
        var problem = Problems.of(t);
        if (problem.code().equals(Problems.OUT_OF_MEMORY)) {
            tools.metrics.outOfMemory();
            LOG.warn("job {} ran out of memory; going on with the next", job.id());
        } else if (problem.code().equals(Problems.INTERNAL)) {
            LOG.error("job {} failed", job.id(), t);
        } else {
            LOG.warn("job {} failed: {}", job.id(), problem.message());
        }
        tools.store.fail(job.id(), problem);
    }

    private void ended(Job job) {
        var now = tools.store.find(job.id());
        JobState state = now.map(Job::state).orElse(JobState.CANCELLED);
        if (state == JobState.QUEUED) {
            return; // handed back
        }
        if (state == JobState.COMPLETED) {
            tools.content.deleteInput(job.id());
        } else {
            tools.content.delete(job.id());
        }
        if (now.isEmpty()) {
            tools.store.remove(job.id());
        }
        tools.metrics.job(job.spec().model(), state.text());
        tools.board.end(job.id());
    }

    /** Stops after the step being computed; the job in work is handed back to the queue. */
    @Override
    public void close() {
        closing = true;
        tools.queue.close();
        Current now = current;
        if (now != null) {
            now.stop.ask(Stop.Reason.SHUTDOWN);
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
