package org.praxino.server.http;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.access.DayUse;
import org.praxino.server.access.PromptFilter;
import org.praxino.server.access.Scope;
import org.praxino.server.content.ContentStore;
import org.praxino.server.engine.Estimates;
import org.praxino.server.engine.FairQueue;
import org.praxino.server.engine.JobRunner;
import org.praxino.server.engine.Models;
import org.praxino.server.job.Acceptance;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobBoard;
import org.praxino.server.job.JobJson;
import org.praxino.server.job.JobSpec;
import org.praxino.server.job.JobState;
import org.praxino.server.job.JobStore;
import org.praxino.server.job.NewJob;
import org.praxino.server.metrics.Metrics;
import tools.jackson.databind.node.ObjectNode;

/** Takes jobs in, shows them, stops them, throws them away: each only for those whose they are. */
public final class JobDesk {
    private static final int RETRY_WHEN_FULL = 30;

    /**
     * What the desk works with.
     *
     * @param maxQueue most jobs that wait, of all callers together
     * @param diskBytes most that finished videos may take
     * @param badge whether everything is marked visibly as generated, asked for or not
     */
    public record Tools(
            Models models, JobStore store, ContentStore content, FairQueue queue, JobBoard board, JobRunner runner, Estimates estimates,
            Metrics metrics, PromptFilter filter, DayUse use, int maxQueue, long diskBytes, boolean badge) {}

    private final Tools tools;
    private final Specs specs;
    private final SecureRandom random = new SecureRandom();

    public JobDesk(Tools tools) {
        this.tools = tools;
        this.specs = new Specs(tools.models(), tools.content(), tools.metrics(), tools.badge());
    }

    /** A job, and whether the same request had made it before. */
    record Taken(Job job, boolean repeated) {}

    /** What the same request made before, if it came before. */
    Optional<Taken> before(Caller caller, NewJob.@Nullable Once once) {
        return once == null ? Optional.empty() : tools.store().before(caller.id(), once).map(this::taken);
    }

    Taken take(Want want, Caller caller, NewJob.@Nullable Once once) {
        for (String prompt : want.prompts()) {
            tools.filter().refuse(prompt).ifPresent(why -> {
                throw ApiError.invalid("content_policy", why, want.timeline() == null ? "prompt" : "timeline");
            });
        }
        if (!tools.models().ready()) {
            throw ApiError.unavailable("not_ready", "the models are still being loaded", 3);
        }
        if (tools.queue().size() >= tools.maxQueue()) {
            OptionalDouble wait = tools.estimates().until(tools.queue().size());
            throw ApiError.unavailable("queue_full", "the queue is full: " + tools.maxQueue() + " jobs wait",
                    (int) Math.min(3600, wait.orElse(RETRY_WHEN_FULL))).with("estimated_wait_seconds", Math.round(wait.orElse(RETRY_WHEN_FULL)));
        }
        if (tools.store().bytes() >= tools.diskBytes()) {
            throw ApiError.full();
        }
        String id = newId();
        Job origin = want.video() instanceof Want.Source.Video video ? finished(video.id(), caller) : null;
        boolean accepted = false;
        try {
            JobSpec spec = specs.of(want, id, origin);
            Acceptance answer = tools.store().add(new NewJob(
                    id, caller.id(), spec, origin == null ? null : origin.id(), once, caller.maxJobs(), cost(want, spec, caller)));
            accepted = answer instanceof Acceptance.Accepted;
            Taken taken = taken(answer);
            if (accepted) {
                tools.queue().add(caller.id(), id);
                tools.board().ring(id);
            }
            return taken;
        } finally {
            if (!accepted) {
                tools.content().delete(id);
            }
        }
    }

    /** By the model's own rate, so that playing faster makes nothing cheaper. */
    private NewJob.@Nullable Cost cost(Want want, JobSpec spec, Caller caller) {
        if (caller.perDay() == null) {
            return null;
        }
        double seconds = tools.models().find(spec.model()).map(m -> spec.frames() / m.info().size().fps()).orElse(0.0);
        if (seconds > caller.perDay()) {
            throw ApiError.invalid("invalid_value", String.format(Locale.ROOT, "this is %.1f s of video, and this key may have %d s made a day: ask for less",
                    seconds, caller.perDay()), want.timeline() != null ? "timeline" : want.numbers().seconds() != null ? "seconds" : "num_frames");
        }
        return new NewJob.Cost(seconds, caller.perDay());
    }

    private Taken taken(Acceptance answer) {
        return switch (answer) {
            case Acceptance.Accepted a -> new Taken(a.job(), false);
            case Acceptance.Repeated r -> new Taken(r.job(), true);
            case Acceptance.Clash c -> throw ApiError.conflict("idempotency_conflict",
                    "this Idempotency-Key was used for another request, which made " + c.job().id() + ": use a new one");
            case Acceptance.TooMany t -> throw ApiError.tooMany("too_many_jobs",
                    "this key has " + t.active() + " jobs under way, which is its most: wait for one to end",
                    (int) Math.clamp(tools.estimates().until(1).orElse(RETRY_WHEN_FULL), 1, 3600));
            case Acceptance.UsedUp u -> throw ApiError.tooMany("quota_used", String.format(Locale.ROOT,
                    "this key has had %.1f s of video made today, and this would be more than its most: wait for tomorrow (UTC), or ask for less", u.seconds()),
                    tools.use().untilTomorrow());
        };
    }

    private String newId() {
        var bytes = new byte[12];
        random.nextBytes(bytes);
        return "video_" + HexFormat.of().formatHex(bytes);
    }

    /** The job, if it is this caller's to see. */
    Job find(String id, Caller caller) {
        return tools.store().find(id).filter(job -> job.owner().equals(caller.id()) || caller.may(Scope.ADMIN)).orElseThrow(() ->
                ApiError.notFound("video_not_found", "there is no video " + shortened(id), "id"));
    }

    private static String shortened(String id) {
        return id.length() > 60 ? id.substring(0, 60) + "..." : id;
    }

    private Job finished(String id, Caller caller) {
        Job job = find(id, caller);
        if (job.state() != JobState.COMPLETED) {
            throw ApiError.conflict("video_not_finished", "the video " + job.id() + " is " + job.state().text() + ": only a completed one can be gone on from");
        }
        return job;
    }

    ObjectNode show(Job job) {
        int place = job.state() == JobState.QUEUED ? tools.queue().place(job.id()) : 0;
        return JobJson.of(job, new JobJson.Standing(tools.board().doing(job.id()), place, tools.estimates().until(place)));
    }

    /** Asks for a stop. What has ended stays as it is, so that asking again does no harm. */
    Job cancel(String id, Caller caller) {
        Job before = find(id, caller);
        Job after = tools.store().cancel(id).orElse(before);
        if (after.state() == JobState.CANCELLING) {
            tools.runner().cancel(id);
            tools.board().ring(id);
        } else if (after.state() == JobState.CANCELLED && !before.state().ended()) {
            tools.queue().remove(after.owner(), id);
            tools.content().delete(id);
            tools.board().end(id);
        }
        return after;
    }

    /** The job is gone for its owner at once; what is in work ends at its next step. */
    void delete(String id, Caller caller) {
        Job job = cancel(id, caller);
        tools.store().hide(id);
        if (job.state().ended()) {
            tools.content().delete(id);
            tools.store().remove(id);
        }
        tools.board().ring(id);
    }

    JobStore store() {
        return tools.store();
    }

    JobBoard board() {
        return tools.board();
    }

    ContentStore content() {
        return tools.content();
    }
}
