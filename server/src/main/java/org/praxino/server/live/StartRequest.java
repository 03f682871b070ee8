package org.praxino.server.live;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.PromptFilter;
import org.praxino.stream.timeline.InputImage;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/**
 * The message {@code session.start}.
 *
 * @param media format and buffering of frames
 * @param target what to play
 */
record StartRequest(MediaOptions media, Target target) {
    static final int DEFAULT_QUALITY = 85;
    static final int DEFAULT_BUFFER = 300;

    /** @param reanchor whether drift is corrected */
    record MediaOptions(List<StreamFormat> formats, int quality, int bufferMillis, boolean reanchor) {}

    /** What to start. */
    sealed interface Target {}

    /**
     * A new session.
     *
     * @param hasInput whether the client sends input frames (video to video)
     */
    record NewSession(@Nullable String model, Timeline timeline, boolean hasInput, ExpectedParameters expected) implements Target {}

    /** Values that must match the model's. */
    record ExpectedParameters(@Nullable String size, @Nullable Double fps, @Nullable Integer blockFrames) {}

    record FromSnapshot(String id) implements Target {}

    /** @param run of the last displayed frame, or -1 */
    record Resume(String token, long run, long frame) implements Target {}

    static StartRequest read(ClientMessage m, PromptFilter filter) {
        List<String> names = m.texts("formats");
        List<StreamFormat> formats = names == null ? List.of(StreamFormat.JPEG) : names.stream().map(StreamFormat::of)
                .flatMap(Optional::stream).toList();
        if (formats.isEmpty()) {
            throw LiveError.at("formats", "not_supported", "none of these formats is available: choose among jpeg, vp9 and fmp4");
        }
        Integer quality = m.integer("quality", 1, 100);
        Integer buffer = m.integer("buffer_ms", 50, 900);
        String token = m.text("resume_token");
        boolean reanchor = token == null && m.flag("reanchor");
        var how = new MediaOptions(formats, quality == null ? DEFAULT_QUALITY : quality, buffer == null ? DEFAULT_BUFFER : buffer, reanchor);
        Target what = token != null ? resume(m, token) : m.has("snapshot") ? new FromSnapshot(m.require("snapshot", m.text("snapshot")))
                : newSession(m, filter);
        m.rejectUnknown();
        return new StartRequest(how, what);
    }

    private static Target resume(ClientMessage m, String token) {
        ClientMessage last = m.object("last_frame");
        if (last == null) {
            return new Resume(token, -1, -1);
        }
        long run = last.require("run", last.integer("run"));
        long frame = last.require("frame", last.integer("frame"));
        last.rejectUnknown();
        return new Resume(token, run, frame);
    }

    private static Target newSession(ClientMessage m, PromptFilter filter) {
        String model = m.text("model");
        var wanted = new ExpectedParameters(m.text("size"), m.number("fps"), m.integer("block_frames", 1, 10_000));
        ClientMessage input = m.object("input");
        Double strength = input == null ? null : input.number("strength");
        if (input != null) {
            input.rejectUnknown();
        }
        Timeline timeline = m.has("timeline") ? readTimeline(m) : promptTimeline(m);
        if (input != null) {
            timeline = withStrength(m, timeline, strength);
        }
        timeline.cues().forEach(cue -> checkPrompt(filter, cue.prompt(), m.has("timeline") ? "timeline" : "prompt"));
        return new NewSession(model, timeline, input != null, wanted);
    }

    static void checkPrompt(PromptFilter filter, String prompt, String param) {
        filter.rejectionReason(prompt).ifPresent(why -> {
            throw LiveError.at(param, "content_policy", why);
        });
    }

    private static Timeline withStrength(ClientMessage m, Timeline timeline, @Nullable Double strength) {
        if (timeline.cues().stream().anyMatch(c -> c.image() != null)) {
            throw LiveError.at("image", "not_supported", "a stream begins with a picture or follows input, not both");
        }
        try {
            return strength == null ? timeline
                    : new Timeline(timeline.cues(), timeline.seconds(), timeline.seed(), timeline.size(), timeline.fps(), null,
                    strength, null);
        } catch (UserException e) {
            throw m.invalid("input.strength", e.getMessage());
        }
    }

    private static Timeline readTimeline(ClientMessage m) {
        for (String other : List.of("prompt", "image", "seconds", "seed")) {
            if (m.has(other)) {
                throw LiveError.at(other, "not_supported", other + " belongs into the timeline");
            }
        }
        JsonNode node = m.require("timeline", m.get("timeline"));
        try {
            Timeline timeline = Timeline.parse(node.toString(), "timeline", null);
            if (timeline.video() != null || timeline.continuedClip() != null || timeline.strength() != null) {
                throw m.invalid("timeline", "timeline: a live session takes pictures and prompts; strength belongs into input");
            }
            return timeline;
        } catch (UserException e) {
            throw m.invalid("timeline", e.getMessage());
        }
    }

    private static Timeline promptTimeline(ClientMessage m) {
        String prompt = m.require("prompt", m.text("prompt"));
        InputImage image = image(m);
        Double seconds = m.number("seconds");
        Long seed = m.integer("seed");
        try {
            return Timeline.of(prompt).withImage(image).withSeconds(seconds).withSeed(seed);
        } catch (UserException e) {
            throw m.invalid(seconds != null && e.getMessage().startsWith("seconds") ? "seconds" : "prompt", e.getMessage());
        }
    }

    static @Nullable InputImage image(ClientMessage m) {
        String address = m.text("image");
        if (address == null) {
            return null;
        }
        if (!address.startsWith("data:image/")) {
            throw m.invalid("image", "image must be data:image/png;base64,... : the server fetches nothing");
        }
        try {
            return InputImage.Inline.parse(address);
        } catch (UserException e) {
            throw m.invalid("image", e.getMessage());
        }
    }

    static Transition transition(ClientMessage m) {
        JsonNode node = m.get("transition");
        if (node == null) {
            return Transition.CUT;
        }
        if (node.isString()) {
            return switch (node.stringValue()) {
                case "cut" -> Transition.CUT;
                case "recache" -> Transition.RECACHE;
                default -> throw m.invalid("transition", "transition must be \"cut\", \"recache\" or {\"blend\": SECONDS}");
            };
        }
        ClientMessage blend = m.object("transition");
        if (blend == null) {
            throw m.invalidType("transition", "text or an object");
        }
        double seconds = blend.require("blend", blend.number("blend"));
        String path = blend.text("path");
        blend.rejectUnknown();
        if (path != null && !path.equals("linear") && !path.equals("spherical")) {
            throw m.invalid("transition.path", "transition.path must be \"linear\" or \"spherical\"");
        }
        try {
            return new Transition.Blend(seconds, "spherical".equals(path) ? Transition.Path.SPHERICAL : Transition.Path.LINEAR);
        } catch (UserException e) {
            throw m.invalid("transition.blend", e.getMessage());
        }
    }
}
