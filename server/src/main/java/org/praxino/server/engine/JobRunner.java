package org.praxino.server.engine;

import java.io.File;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs queued jobs, one at a time. One runner per device. */
public final class JobRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    /** Progress in percent after denoising and after decoding; the rest is writing files. */
    private static final int DENOISED = 88;
    private static final int DECODED = 96;

    private static final long DISK_PAUSE_MILLIS = 2_000;

    /** How long a stop waits for the step being computed. */
    private static final Duration STEP_PATIENCE = Duration.ofSeconds(20);

    private record Current(String id, CancellationToken token) {}

    /**
     * Dependencies of a runner.
     *
     * @param retention how long files are kept
     */
    public record Dependencies(
            ModelRegistry models, JobStore store, ContentStore content, FairQueue queue, JobProgressTracker progress, WaitEstimator estimates,
            Metrics metrics, Clock clock, Duration retention, ServerHealth health) {}

    private final Dependencies services;
    private final DatabaseRetry persistence;
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable Current current;

    public JobRunner(Dependencies tools) {
        this.services = tools;
        this.persistence = new DatabaseRetry(tools.health);
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
        } catch (UserException e) { // says what is wrong; a stack trace says nothing more
            LOG.error("the models cannot be loaded: {}", e.getMessage());
            return;
        } catch (RuntimeException | Error e) {
            LOG.error("the models cannot be loaded: {}", e.getMessage(), e);
            return;
        }
        LOG.info("ready");
        try {
            for (String id = services.queue.take(); id != null; id = services.queue.take()) {
                try {
                    process(id);
                } catch (CancellationException e) {
                    LOG.warn("job {} is as the database has it: the server stopped before more could be written", id);
                } catch (RuntimeException | Error e) { // the worker outlives whatever one job does to it
                    LOG.error("the end of job {} could not be recorded", id, e);
                } finally {
                    current = null;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void process(String id) {
        var token = new CancellationToken();
        current = new Current(id, token); // before the state changes, so that no cancellation is lost in between
        if (closing) {
            return;
        }
        Job job = begin(id);
        if (job == null) {
            return;
        }
        services.metrics.waited(Duration.ofMillis(Math.max(0, services.clock.millis() - job.created())));
        services.progress.update(id, new JobProgress(0, "starting"));
        try {
            execute(job, token);
        } catch (CancellationException e) {
            persist(() -> {
                if (token.reason() == CancellationToken.Reason.SHUTDOWN) {
                    services.store.requeue(id);
                } else {
                    services.store.cancelled(id);
                }
            });
        } catch (Throwable t) {
            fail(job, t);
        }
        current = null;
        finish(job);
    }

    /** Marks the job as started; null if it is no longer to be made. */
    private @Nullable Job begin(String id) {
        var tries = new int[1];
        return persistence.call(() -> {
            tries[0]++;
            Job begun = services.store.begin(id).orElse(null);
            if (begun == null && tries[0] > 1) { // an earlier try may have succeeded without our hearing of it
                Job now = services.store.find(id).orElse(null);
                if (now != null && now.state() == JobState.CANCELLING) {
                    services.store.cancelled(id);
                }
                return now != null && now.state() == JobState.IN_PROGRESS ? now : null;
            }
            return begun;
        });
    }

    private void persist(Runnable change) {
        persistence.call(() -> {
            change.run();
            return null;
        });
    }

    private void execute(Job job, CancellationToken token) {
        long begun = System.nanoTime();
        ServedModel model = services.models.find(job.spec().model()).orElseThrow(() ->
                new org.praxino.tensor.UserException("the model " + job.spec().model() + " is no longer served"));
        GeneratedVideo video = JobGenerator.generate(job.spec(), model, services.content.input(job.id()), progress(job.id(), token),
                new PreviewPublisher(job, model.info(), services.progress));
        token.throwIfCancelled();
        services.progress.update(job.id(), new JobProgress(DECODED, "writing"));
        var about = writeOutput(job, video, token);
        token.throwIfCancelled();
        persist(() -> services.store.complete(job.id(), about.bytes(), services.clock.millis() + services.retention.toMillis()));
        double seconds = (System.nanoTime() - begun) / 1e9;
        services.estimates.record(seconds);
        services.metrics.jobFinished(job.spec().model(), job.spec().frames(), job.spec().frames() / job.spec().fps(), seconds);
    }

    /** Writes the files; on a full disk it waits for room, because what was computed would be lost. */
    private ContentStore.Manifest writeOutput(Job job, GeneratedVideo video, CancellationToken token) {
        while (true) {
            try {
                var about = services.content.putOutput(job.id(), folder -> JobOutput.write(folder, video, job.spec()));
                services.health.works(ServerHealth.Need.DISK);
                return about;
            } catch (RuntimeException e) {
                if (!DiskSpace.isExhausted(e)) {
                    throw e;
                }
                services.health.fails(ServerHealth.Need.DISK, "the disk for finished videos is full");
                services.progress.update(job.id(), new JobProgress(DECODED, "waiting for room on the disk"));
                if (!persistence.pause(DISK_PAUSE_MILLIS)) {
                    token.cancel(CancellationToken.Reason.SHUTDOWN);
                }
                token.throwIfCancelled();
            }
        }
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
        String folder = services.content.input(job.id()).getParent() + File.separator;
        var reported = new Job.JobError(error.code(), JobErrors.withoutFolders(error.message().replace(folder, ""))); // clients see no paths
        persist(() -> services.store.fail(job.id(), reported));
    }

    private void finish(Job job) {
        Optional<Job> now = persistence.call(() -> services.store.find(job.id()));
        JobState state = now.map(Job::state).orElse(JobState.CANCELLED);
        if (state == JobState.QUEUED) {
            return; // requeued
        }
        try {
            if (state == JobState.COMPLETED) {
                services.content.deleteInput(job.id());
            } else {
                services.content.delete(job.id());
            }
        } catch (RuntimeException e) {
            LOG.warn("files of job {} could not be deleted; the clean-up tries again: {}", job.id(), e.getMessage());
        }
        if (now.isEmpty()) {
            persist(() -> services.store.remove(job.id()));
        }
        services.metrics.job(job.spec().model(), state.text());
        services.progress.finish(job.id());
    }

    /** Whether this job is being worked on. */
    public boolean isRunning(String id) {
        Current now = current;
        return now != null && now.id.equals(id);
    }

    /** Asks the worker to stop after the current step, without waiting for it. */
    public void stop() {
        closing = true;
        services.queue.close();
        Current now = current;
        if (now != null) {
            now.token.cancel(CancellationToken.Reason.SHUTDOWN);
        }
        persistence.close();
    }

    /**
     * Stops after the current step; the running job is requeued. A step that takes too long is left to itself, its job requeued: the process
     * is about to end.
     */
    @Override
    public void close() {
        stop();
        boolean interrupted = false;
        long until = System.nanoTime() + STEP_PATIENCE.toNanos();
        while (thread.isAlive()) {
            try {
                if (thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())))) {
                    break;
                }
                leave();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void leave() {
        Current now = current;
        if (now == null) {
            return;
        }
        try {
            services.store.requeue(now.id);
            LOG.warn("job {} did not come to the end of a step in {} s: it is made again after the next start", now.id, STEP_PATIENCE.toSeconds());
        } catch (RuntimeException e) {
            LOG.warn("job {} could not be handed back: {}", now.id, e.getMessage());
        }
    }

    /** Whether the worker has ended, so that the models can be closed. */
    public boolean ended() {
        return !thread.isAlive();
    }
}
