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
 * What {@code session.start} asks for.
 *
 * @param how frames are to come
 * @param what to play
 */
record Start(How how, What what) {
    static final int USUAL_QUALITY = 85;
    static final int USUAL_BUFFER = 300;

    /** @param reanchor whether a stream that drifts is led back */
    record How(List<Format> formats, int quality, int bufferMillis, boolean reanchor) {}

    /** One of three. */
    sealed interface What {}

    /**
     * Something new.
     *
     * @param follows whether it follows frames of the client
     */
    record New(@Nullable String model, Timeline timeline, boolean follows, Wanted wanted) implements What {}

    /** What must be the model's own. */
    record Wanted(@Nullable String size, @Nullable Double fps, @Nullable Integer blockFrames) {}

    record FromSnapshot(String id) implements What {}

    /** @param run of the last frame that was shown, -1 for none */
    record Return(String token, long run, long frame) implements What {}

    static Start read(Message m, PromptFilter filter) {
        List<String> names = m.texts("formats");
        List<Format> formats = names == null ? List.of(Format.JPEG) : names.stream().map(Format::of).flatMap(Optional::stream).toList();
        if (formats.isEmpty()) {
            throw LiveError.at("formats", "not_supported", "none of these formats is to be had: there are jpeg, vp9 and fmp4");
        }
        Integer quality = m.whole("quality", 1, 100);
        Integer buffer = m.whole("buffer_ms", 50, 900);
        String token = m.text("resume_token");
        boolean reanchor = token == null && m.flag("reanchor");
        var how = new How(formats, quality == null ? USUAL_QUALITY : quality, buffer == null ? USUAL_BUFFER : buffer, reanchor);
        What what = token != null ? back(m, token) : m.has("snapshot") ? new FromSnapshot(m.need("snapshot", m.text("snapshot"))) : fresh(m, filter);
        m.end();
        return new Start(how, what);
    }

    private static What back(Message m, String token) {
        Message last = m.object("last_frame");
        if (last == null) {
            return new Return(token, -1, -1);
        }
        long run = last.need("run", last.whole("run"));
        long frame = last.need("frame", last.whole("frame"));
        last.end();
        return new Return(token, run, frame);
    }

    private static What fresh(Message m, PromptFilter filter) {
        String model = m.text("model");
        var wanted = new Wanted(m.text("size"), m.number("fps"), m.whole("block_frames", 1, 10_000));
        Message input = m.object("input");
        Double strength = input == null ? null : input.number("strength");
        if (input != null) {
            input.end();
        }
        Timeline timeline = m.has("timeline") ? document(m) : prompt(m);
        if (input != null) {
            timeline = strengthened(m, timeline, strength);
        }
        timeline.cues().forEach(cue -> refuse(filter, cue.prompt(), m.has("timeline") ? "timeline" : "prompt"));
        return new New(model, timeline, input != null, wanted);
    }

    static void refuse(PromptFilter filter, String prompt, String param) {
        filter.refuse(prompt).ifPresent(why -> {
            throw LiveError.at(param, "content_policy", why);
        });
    }

    private static Timeline strengthened(Message m, Timeline timeline, @Nullable Double strength) {
        if (timeline.cues().stream().anyMatch(c -> c.image() != null)) {
            throw LiveError.at("image", "not_supported", "a stream begins with a picture or follows input, not both");
        }
        try {
            return strength == null ? timeline : new Timeline(timeline.cues(), timeline.seconds(), timeline.seed(), timeline.size(), timeline.fps(), null,
                    strength, null);
        } catch (UserException e) {
            throw m.invalid("input.strength", e.getMessage());
        }
    }

    private static Timeline document(Message m) {
        for (String other : List.of("prompt", "image", "seconds", "seed")) {
            if (m.has(other)) {
                throw LiveError.at(other, "not_supported", other + " belongs into the timeline");
            }
        }
        JsonNode node = m.need("timeline", m.get("timeline"));
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

    private static Timeline prompt(Message m) {
        String prompt = m.need("prompt", m.text("prompt"));
        InputImage image = image(m);
        Double seconds = m.number("seconds");
        Long seed = m.whole("seed");
        try {
            return Timeline.of(prompt).withImage(image).withSeconds(seconds).withSeed(seed);
        } catch (UserException e) {
            throw m.invalid(seconds != null && e.getMessage().startsWith("seconds") ? "seconds" : "prompt", e.getMessage());
        }
    }

    static @Nullable InputImage image(Message m) {
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

    static Transition transition(Message m) {
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
        Message blend = m.object("transition");
        if (blend == null) {
            throw m.wrong("transition", "text or an object");
        }
        double seconds = blend.need("blend", blend.number("blend"));
        String path = blend.text("path");
        blend.end();
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
