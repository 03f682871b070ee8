package org.praxino.server.engine;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.praxino.server.content.ContentStore;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobProgressTracker;
import org.praxino.server.job.JobProgressTracker.JobProgress;
import org.praxino.server.job.JobState;
import org.praxino.server.job.JobStore;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.Phase;
import org.praxino.tensor.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs queued jobs, one at a time. One runner per device. */
public final class JobRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    /** Progress in percent after denoising and after decoding; the rest is writing files. */
    private static final int DENOISED = 88;
    private static final int DECODED = 96;

    private record Current(String id, CancellationToken token) {}

    /**
     * Dependencies of a runner.
     *
     * @param retention how long files are kept
     */
    public record Dependencies(
            ModelRegistry models, JobStore store, ContentStore content, FairQueue queue, JobProgressTracker progress, WaitEstimator estimates,
            Metrics metrics, Clock clock, Duration retention) {}

    private final Dependencies services;
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable Current current;

    public JobRunner(Dependencies tools) {
        this.services = tools;
        this.thread = Thread.ofPlatform().name("praxino-jobs").unstarted(this::run);
    }

    /** Starts the worker thread: loads the models, then runs jobs. */
    public void start() {
        thread.start();
    }

    /** Cancels a job if it is running. */
    public void cancel(String id) {
        Current now = current;
        if (now != null && now.id.equals(id)) {
            now.token.cancel(CancellationToken.Reason.CANCEL);
        }
    }

    private void run() {
        try {
            services.models.load();
            LOG.info("ready");
            for (String id = services.queue.take(); id != null; id = services.queue.take()) {
                process(id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("the models cannot be loaded: {}", e.getMessage(), e);
        }
    }

    private void process(String id) {
        var token = new CancellationToken();
        current = new Current(id, token); // before the state changes, so that no cancellation is lost in between
        if (closing) {
            return;
        }
        Job job = services.store.begin(id).orElse(null);
        if (job == null) {
            current = null;
            return;
        }
        services.metrics.waited(Duration.ofMillis(Math.max(0, services.clock.millis() - job.created())));
        services.progress.update(id, new JobProgress(0, "starting"));
        try {
            execute(job, token);
        } catch (CancellationException e) {
            if (token.reason() == CancellationToken.Reason.CANCEL) {
                services.store.cancelled(id);
            } else {
                services.store.requeue(id);
            }
        } catch (Throwable t) {
            fail(job, t);
        } finally {
            current = null;
            finish(job);
        }
    }

    private void execute(Job job, CancellationToken token) {
        long begun = System.nanoTime();
        ServedModel model = services.models.find(job.spec().model()).orElseThrow(() ->
                new org.praxino.tensor.UserException("the model " + job.spec().model() + " is no longer served"));
        GeneratedVideo video = JobGenerator.generate(job.spec(), model, services.content.input(job.id()), progress(job.id(), token),
                new PreviewPublisher(job, model.info(), services.progress));
        token.throwIfCancelled();
        services.progress.update(job.id(), new JobProgress(DECODED, "writing"));
        var about = services.content.putOutput(job.id(), folder -> JobOutput.write(folder, video, job.spec()));
        token.throwIfCancelled();
        services.store.complete(job.id(), about.bytes(), services.clock.millis() + services.retention.toMillis());
        double seconds = (System.nanoTime() - begun) / 1e9;
        services.estimates.record(seconds);
        services.metrics.jobFinished(job.spec().model(), job.spec().frames(), job.spec().frames() / job.spec().fps(), seconds);
    }

    /** Records progress and stops if cancelled. */
    private GenerationListener progress(String id, CancellationToken token) {
        var last = new long[] {System.nanoTime()};
        return (done, total, phase) -> {
            double share = total <= 0 ? 0 : (double) done / total;
            int percent = (int) switch (phase) {
                case DENOISING -> share * DENOISED;
                case DECODING -> DENOISED + share * (DECODED - DENOISED);
                case STREAMING -> share * DECODED;
            };
            JobProgress before = services.progress.progress(id);
            services.progress.update(id, new JobProgress(Math.max(percent, before == null ? 0 : before.percent()), phase.text()));
            token.throwIfCancelled();
            if (phase == Phase.DENOISING) {
                services.metrics.step(Duration.ofNanos(System.nanoTime() - last[0]));
            }
            last[0] = System.nanoTime();
        };
    }

    private void fail(Job job, Throwable t) {
        var error = JobErrors.of(t);
        if (error.code().equals(JobErrors.OUT_OF_MEMORY)) {
            services.metrics.outOfMemory();
            LOG.warn("job {} ran out of memory; continuing with the next", job.id());
        } else if (error.code().equals(JobErrors.INTERNAL)) {
            LOG.error("job {} failed", job.id(), t);
        } else {
            LOG.warn("job {} failed: {}", job.id(), error.message());
        }
        services.store.fail(job.id(), error);
    }

    private void finish(Job job) {
        var now = services.store.find(job.id());
        JobState state = now.map(Job::state).orElse(JobState.CANCELLED);
        if (state == JobState.QUEUED) {
            return; // requeued
        }
        if (state == JobState.COMPLETED) {
            services.content.deleteInput(job.id());
        } else {
            services.content.delete(job.id());
        }
        if (now.isEmpty()) {
            services.store.remove(job.id());
        }
        services.metrics.job(job.spec().model(), state.text());
        services.progress.finish(job.id());
    }

    /** Stops after the current step; the running job is requeued. */
    @Override
    public void close() {
        closing = true;
        services.queue.close();
        Current now = current;
        if (now != null) {
            now.token.cancel(CancellationToken.Reason.SHUTDOWN);
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
