package org.praxino.server.live;

import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.AppliedUpdate;
import org.praxino.stream.StreamEvent;
import tools.jackson.databind.node.ObjectNode;

/** Builds the larger messages of a session. */
final class ServerMessages {
    private ServerMessages() {}

    static ObjectNode queued(@Nullable String event, int position, OptionalDouble seconds) {
        return SendQueue.message("session.queued", event).put("position", position)
                .put("estimate_seconds", seconds.isEmpty() ? null : (Double) Math.ceil(seconds.getAsDouble()));
    }

    static ObjectNode blockDone(
            StreamEvent.BlockDone event, int run, String prompt, long seed, double factor, long inputDropped, @Nullable Double lagMillis) {
        var drift = event.drift();
        ObjectNode m = SendQueue.message("block.done", null).put("run", run).put("block", event.block()).put("first_frame", event.firstFrame())
                .put("frames", event.frames()).put("make_ms", round(event.makeMillis())).put("decode_ms", round(event.decodeMillis()))
                .put("prompt", prompt).put("seed", seed)
                .put("realtime_factor", Double.isFinite(factor) ? (Double) round(factor) : null)
                .put("input_dropped", inputDropped).put("lag_ms", lagMillis == null ? null : (Double) round(lagMillis));
        m.putObject("drift").put("sharpness", drift.sharpness()).put("saturation", drift.saturation()).put("motion", drift.motion())
                .put("likeness", drift.colourSimilarity()).put("score", drift.score());
        return m;
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }

    static ObjectNode drifted(StreamEvent.Drifted event) {
        return SendQueue.message("drift.warning", null).put("block", event.block()).put("score", event.drift().score());
    }

    static ObjectNode cueFailed(StreamEvent.CueFailed event) {
        return SendQueue.message("error", null).put("code", "unreadable_media").put("message", event.reason()).putNull("param").put("fatal", false);
    }

    static ObjectNode rejected(@Nullable String event, LiveError error) {
        return SendQueue.message("update.rejected", event).put("code", error.code()).put("message", error.getMessage()).put("param", error.param());
    }

    static ObjectNode withPosition(ObjectNode message, AppliedUpdate at) {
        return message.put("block", at.block()).put("frame", at.frame()).put("seconds", at.seconds());
    }

    /** Only where there are some. */
    static ObjectNode withWarnings(ObjectNode message, List<String> warnings) {
        if (!warnings.isEmpty()) {
            warnings.forEach(message.putArray("warnings")::add);
        }
        return message;
    }

    static ObjectNode withEventId(ObjectNode message, @Nullable String event) {
        return event == null ? message : message.put("event_id", event);
    }
}
