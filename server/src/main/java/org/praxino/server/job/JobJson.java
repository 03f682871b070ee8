package org.praxino.server.job;

import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.server.job.JobProgressTracker.JobProgress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON representation of a job: the object {@code video} of docs/server.md. */
public final class JobJson {
    private static final int MAX_CHARACTERS_IN_LIST = 4000;

    /** Stage of a job that stops at its next step. */
    private static final String CANCELLING = "cancelling";

    private JobJson() {}

    /**
     * A job's status that is not in its row.
     *
     * @param progress or null
     * @param position in the queue, from 1; 0 if not queued
     * @param secondsUntilStart estimated seconds until it starts
     */
    public record JobStatus(@Nullable JobProgress progress, int position, OptionalDouble secondsUntilStart) {
        public static final JobStatus NONE = new JobStatus(null, 0, OptionalDouble.empty());
    }

    public static ObjectNode of(Job job, JobStatus status) {
        JobSpec spec = job.spec();
        ObjectNode v = JsonNodeFactory.instance.objectNode();
        v.put("id", job.id());
        v.put("object", "video");
        v.put("model", spec.model());
        v.put("status", job.state().status());
        v.put("progress", progress(job, status.progress()));
        v.put("created_at", job.created() / 1000);
        v.put("started_at", seconds(job.started()));
        v.put("completed_at", job.state() == JobState.COMPLETED ? seconds(job.ended()) : null);
        v.put("expires_at", seconds(job.expires()));
        v.put("prompt", spec.prompt());
        v.put("negative_prompt", spec.negative());
        v.put("seconds", wholeSeconds(spec.seconds()));
        v.put("duration_seconds", Math.round(spec.seconds() * 1000) / 1000.0);
        v.put("size", spec.width() + "x" + spec.height());
        v.put("num_frames", spec.allFrames());
        var notes = v.putArray("notes");
        if (spec.askedFrames() != null) {
            notes.add("num_frames " + spec.askedFrames() + " was rounded to " + spec.frames() + ", the nearest possible length");
        }
        v.put("fps", spec.fps());
        v.put("seed", spec.seed());
        v.put("num_inference_steps", spec.steps());
        v.put("guidance_scale", spec.guidance());
        v.put("teacher", spec.teacher());
        v.put("badge", spec.badge());
        v.set("timeline", spec.timeline() == null ? v.nullNode() : Json.parse(spec.timeline(), "timeline", JsonNode.class));
        v.put("format", spec.format().extension());
        v.put("task", spec.task().name().toLowerCase(Locale.ROOT));
        v.put("remixed_from_video_id", job.origin());
        if (job.error() == null) {
            v.putNull("error");
        } else {
            v.putObject("error").put("code", job.error().code()).put("message", job.error().message());
        }
        v.put("queue_position", status.position() == 0 ? null : (Integer) status.position());
        v.put("estimated_wait_seconds", status.position() > 0 && status.secondsUntilStart().isPresent()
                ? (Double) (Math.round(status.secondsUntilStart().getAsDouble() * 10) / 10.0) : null);
        v.put("stage", job.state() == JobState.CANCELLING ? CANCELLING : status.progress() == null ? null : status.progress().stage());
        String self = "/v1/videos/" + job.id();
        v.putObject("urls").put("self", self).put("content", self + "/content").put("events", self + "/events")
                .put("cancel", self + "/cancel");
        return v;
    }

    /** As in a list: without a long timeline, which the job itself has. */
    public static ObjectNode inList(ObjectNode video) {
        for (String name : java.util.List.of("timeline", "negative_prompt")) {
            JsonNode value = video.get(name);
            if (value != null && value.toString().length() > MAX_CHARACTERS_IN_LIST) {
                video.putNull(name);
            }
        }
        return video;
    }

    private static int progress(Job job, @Nullable JobProgress progress) {
        return switch (job.state()) {
            case COMPLETED -> 100;
            case QUEUED -> 0;
            case IN_PROGRESS, CANCELLING, FAILED, CANCELLED -> progress == null ? 0 : progress.percent();
        };
    }

    private static @Nullable Long seconds(@Nullable Long millis) {
        return millis == null ? null : millis / 1000;
    }

    /** Seconds as clients of this API read them: text of a whole number, at least 1. */
    private static String wholeSeconds(double seconds) {
        return String.valueOf(Math.max(1, Math.round(seconds)));
    }

    /** Seconds as text, without a zero fraction. */
    public static String secondsText(double seconds) {
        String text = String.format(Locale.ROOT, "%.2f", seconds);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }
}
