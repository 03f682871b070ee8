package org.praxino.server.http;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.access.DailyUsage;
import org.praxino.server.access.KeyScope;
import org.praxino.server.access.PromptFilter;
import org.praxino.server.content.ContentStore;
import org.praxino.server.engine.FairQueue;
import org.praxino.server.engine.JobRunner;
import org.praxino.server.engine.ModelRegistry;
import org.praxino.server.engine.WaitEstimator;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobJson;
import org.praxino.server.job.JobProgressTracker;
import org.praxino.server.job.JobSpec;
import org.praxino.server.job.JobState;
import org.praxino.server.job.JobStore;
import org.praxino.server.job.NewJob;
import org.praxino.server.job.SubmitResult;
import org.praxino.server.metrics.Metrics;
import tools.jackson.databind.node.ObjectNode;

/** Creates, shows, cancels and deletes jobs. Callers see only their own. */
public final class JobService {
    private static final int RETRY_WHEN_FULL = 30;

    /**
     * Dependencies of the service.
     *
     * @param maxQueue maximum number of queued jobs of all callers
     * @param diskBytes maximum size of all finished videos
     * @param badge whether all output gets a visible badge
     */
    public record Dependencies(
            ModelRegistry models, JobStore store, ContentStore content, FairQueue queue, JobProgressTracker progress, JobRunner runner,
                    WaitEstimator estimates,
            Metrics metrics, PromptFilter filter, DailyUsage use, int maxQueue, long diskBytes, boolean badge) {}

    private final Dependencies services;
    private final JobSpecFactory specs;
    private final SecureRandom random = new SecureRandom();

    public JobService(Dependencies tools) {
        this.services = tools;
        this.specs = new JobSpecFactory(tools.models(), tools.content(), tools.metrics(), tools.badge());
    }

    /** A job, and whether an earlier identical request created it. */
    record Submitted(Job job, boolean duplicate) {}

    /** The job created by an earlier request with the same idempotency key, if any. */
    Optional<Submitted> findDuplicate(Caller caller, NewJob.@Nullable IdempotencyKey idempotencyKey) {
        return idempotencyKey == null ? Optional.empty() : services.store().findDuplicate(caller.id(), idempotencyKey).map(this::submitted);
    }

    Submitted submit(VideoParameters parameters, Caller caller, NewJob.@Nullable IdempotencyKey idempotencyKey) {
        for (String prompt : parameters.prompts()) {
            services.filter().rejectionReason(prompt).ifPresent(reason -> {
                throw ApiError.invalid("content_policy", reason, parameters.timeline() == null ? "prompt" : "timeline");
            });
        }
        if (!services.models().ready()) {
            throw ApiError.unavailable("not_ready", "the models are still being loaded", 3);
        }
        if (services.queue().size() >= services.maxQueue()) {
            OptionalDouble wait = services.estimates().secondsUntil(services.queue().size());
            throw ApiError.unavailable("queue_full", "the queue is full: " + services.maxQueue() + " jobs wait",
                    (int) Math.min(3600, wait.orElse(RETRY_WHEN_FULL))).with("estimated_wait_seconds", Math.round(wait.orElse(RETRY_WHEN_FULL)));
        }
        if (services.store().bytes() >= services.diskBytes()) {
            throw ApiError.full();
        }
        String id = newId();
        Job origin = parameters.video() instanceof VideoParameters.Source.StoredVideo video ? findCompleted(video.id(), caller) : null;
        boolean accepted = false;
        boolean unknown = false;
        try {
            JobSpec spec = specs.of(parameters, id, origin);
            SubmitResult answer = services.store().add(new NewJob(
                    id, caller.id(), spec, origin == null ? null : origin.id(), idempotencyKey, caller.maxJobs(), cost(parameters, spec, caller)));
            accepted = answer instanceof SubmitResult.Accepted;
            Submitted submitted = submitted(answer);
            if (accepted) {
                services.queue().addIfAbsent(caller.id(), id);
                services.progress().notifyChanged(id);
            }
            return submitted;
        } catch (JdbiException e) {
            unknown = true; // the row may be there although the answer was lost: then its files must be, too
            throw e;
        } finally {
            if (!accepted && !unknown) {
                services.content().delete(id);
            }
        }
    }

    /** Computed at the model's frame rate, so that a higher playback rate costs the same. */
    private NewJob.@Nullable Cost cost(VideoParameters parameters, JobSpec spec, Caller caller) {
        if (caller.dailySeconds() == null) {
            return null;
        }
        double seconds = services.models().find(spec.model()).map(m -> spec.frames() / m.info().size().fps()).orElse(0.0);
        if (seconds > caller.dailySeconds()) {
            throw ApiError.invalid("invalid_value",
                    String.format(Locale.ROOT, "this is %.1f s of video, and this key may have %d s made a day: ask for less",
                    seconds, caller.dailySeconds()), parameters.timeline() != null ? "timeline" : parameters.sampling().seconds() != null
                            ? "seconds" : "num_frames");
        }
        return new NewJob.Cost(seconds, caller.dailySeconds());
    }

    private Submitted submitted(SubmitResult answer) {
        return switch (answer) {
            case SubmitResult.Accepted a -> new Submitted(a.job(), false);
            case SubmitResult.Duplicate r -> new Submitted(r.job(), true);
            case SubmitResult.Conflict c -> throw ApiError.conflict("idempotency_conflict",
                    "this Idempotency-Key was used for another request, which made " + c.job().id() + ": use a new one");
            case SubmitResult.TooManyActive t -> throw ApiError.tooMany("too_many_jobs",
                    "this key has " + t.active() + " unfinished jobs, its limit: wait for one to end",
                    (int) Math.clamp(services.estimates().secondsUntil(1).orElse(RETRY_WHEN_FULL), 1, 3600));
            case SubmitResult.QuotaExceeded u -> throw ApiError.tooMany("quota_used", String.format(Locale.ROOT,
                    "this key has had %.1f s of video made today, and this would be more than its most: wait for tomorrow (UTC), or ask for less", u.seconds()),
                    services.use().secondsUntilReset());
        };
    }

    private String newId() {
        var bytes = new byte[12];
        random.nextBytes(bytes);
        return "video_" + HexFormat.of().formatHex(bytes);
    }

    /** The job, if the caller may see it. */
    Job find(String id, Caller caller) {
        return services.store().find(id).filter(job -> job.owner().equals(caller.id()) || caller.hasScope(KeyScope.ADMIN)).orElseThrow(() ->
                ApiError.notFound("video_not_found", "there is no video " + shortened(id), "id"));
    }

    private static String shortened(String id) {
        return id.length() > 60 ? id.substring(0, 60) + "..." : id;
    }

    private Job findCompleted(String id, Caller caller) {
        Job job = find(id, caller);
        if (job.state() != JobState.COMPLETED) {
            throw ApiError.conflict("video_not_finished", "the video " + job.id() + " is " + job.state().text()
                    + ": only a completed one can be continued");
        }
        return job;
    }

    ObjectNode toJson(Job job) {
        int position = job.state() == JobState.QUEUED ? services.queue().position(job.id()) : 0;
        ObjectNode json = JobJson.of(job,
                new JobJson.JobStatus(services.progress().progress(job.id()), position, services.estimates().secondsUntil(position)));
        var warnings = json.putArray("warnings");
        warnings(job).forEach(warnings::add);
        return json;
    }

    /** Sentences about words of its prompt that its model does not know; none where the model is no longer served. */
    List<String> warnings(Job job) {
        return services.models().find(job.spec().model()).map(model -> model.promptWarnings(job.spec().prompt())).orElse(List.of());
    }

    /** Cancels a job. Idempotent; ended jobs stay as they are. */
    Job cancel(String id, Caller caller) {
        Job before = find(id, caller);
        Job after = services.store().cancel(id).orElse(before);
        if (after.state() == JobState.CANCELLING) {
            services.runner().cancel(id);
            services.progress().notifyChanged(id);
        } else if (after.state() == JobState.CANCELLED && !before.state().ended()) {
            services.queue().remove(after.owner(), id);
            services.content().delete(id);
            services.progress().finish(id);
        }
        return after;
    }

    /** Hides a job at once and deletes it; a running job stops at its next step. */
    void delete(String id, Caller caller) {
        Job job = cancel(id, caller);
        services.store().hide(id);
        if (job.state().ended()) {
            services.content().delete(id);
            services.store().remove(id);
        }
        services.progress().notifyChanged(id);
    }

    JobStore store() {
        return services.store();
    }

    JobProgressTracker progress() {
        return services.progress();
    }

    ContentStore content() {
        return services.content();
    }
}
