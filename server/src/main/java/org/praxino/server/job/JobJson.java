package org.praxino.server.job;

import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.server.job.JobBoard.Doing;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A job as clients see it: the object {@code video} of docs/server.md. */
public final class JobJson {
    private JobJson() {}

    /**
     * What is known of a job besides its row.
     *
     * @param doing how far it has come, or null
     * @param place in the queue, from 1; 0 when it does not wait
     * @param start seconds until it is begun, when that can be told
     */
    public record Standing(@Nullable Doing doing, int place, OptionalDouble start) {
        public static final Standing NONE = new Standing(null, 0, OptionalDouble.empty());
    }

    public static ObjectNode of(Job job, Standing standing) {
        JobSpec spec = job.spec();
        ObjectNode v = JsonNodeFactory.instance.objectNode();
        v.put("id", job.id());
        v.put("object", "video");
        v.put("model", spec.model());
        v.put("status", job.state().text());
        v.put("progress", progress(job, standing.doing()));
        v.put("created_at", job.created() / 1000);
        v.put("started_at", seconds(job.started()));
        v.put("completed_at", job.state() == JobState.COMPLETED ? seconds(job.ended()) : null);
        v.put("expires_at", seconds(job.expires()));
        v.put("prompt", spec.prompt());
        v.put("negative_prompt", spec.negative());
        v.put("seconds", secondsText(spec.seconds()));
        v.put("size", spec.width() + "x" + spec.height());
        v.put("num_frames", spec.allFrames());
        v.put("fps", spec.fps());
        v.put("seed", spec.seed());
        v.put("num_inference_steps", spec.steps());
        v.put("guidance_scale", spec.guidance());
        v.put("teacher", spec.teacher());
        v.put("badge", spec.badge());
        v.set("timeline", spec.timeline() == null ? v.nullNode() : Json.parse(spec.timeline(), "timeline", JsonNode.class));
        v.put("format", spec.format().ending());
        v.put("task", spec.task().name().toLowerCase(Locale.ROOT));
        v.put("remixed_from_video_id", job.origin());
        if (job.error() == null) {
            v.putNull("error");
        } else {
            v.putObject("error").put("code", job.error().code()).put("message", job.error().message());
        }
        v.put("queue_position", standing.place() == 0 ? null : (Integer) standing.place());
        v.put("estimated_wait_seconds", standing.place() > 0 && standing.start().isPresent()
                ? (Double) (Math.round(standing.start().getAsDouble() * 10) / 10.0) : null);
        v.put("stage", standing.doing() == null ? null : standing.doing().note());
        String self = "/v1/videos/" + job.id();
        v.putObject("urls").put("self", self).put("content", self + "/content").put("events", self + "/events")
                .put("cancel", self + "/cancel");
        return v;
    }

    private static int progress(Job job, @Nullable Doing doing) {
        return switch (job.state()) {
            case COMPLETED -> 100;
            case QUEUED -> 0;
            case IN_PROGRESS, CANCELLING, FAILED, CANCELLED -> doing == null ? 0 : doing.percent();
        };
    }

    private static @Nullable Long seconds(@Nullable Long millis) {
        return millis == null ? null : millis / 1000;
    }

    /** Text, as the shape has it; without a fraction when there is none. */
    public static String secondsText(double seconds) {
        String text = String.format(Locale.ROOT, "%.2f", seconds);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }
}
