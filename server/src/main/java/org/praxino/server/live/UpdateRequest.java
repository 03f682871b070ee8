package org.praxino.server.live;

import org.jspecify.annotations.Nullable;
import org.praxino.server.access.PromptFilter;
import org.praxino.stream.StreamUpdate;
import org.praxino.stream.timeline.InputImage;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.UserException;

/**
 * The message {@code session.update}: at least one of the two.
 *
 * @param update of prompt or image
 * @param strength of video to video
 */
record UpdateRequest(@Nullable StreamUpdate update, @Nullable Double strength) {
    static UpdateRequest read(ClientMessage m, PromptFilter filter) {
        String prompt = m.text("prompt");
        Transition transition = StartRequest.transition(m);
        InputImage image = StartRequest.image(m);
        Double strength = m.number("strength");
        StreamUpdate.When when = when(m);
        m.rejectUnknown();
        if (prompt == null && image == null && strength == null) {
            throw LiveError.at("prompt", "missing_field", "an update needs a prompt, an image or a strength");
        }
        if (strength != null && !(strength > 0 && strength <= 1)) {
            throw m.invalid("strength", "strength must lie above 0 and go up to 1, not be " + strength);
        }
        if (strength != null && !(when instanceof StreamUpdate.Now)) {
            throw LiveError.at("strength", "not_supported", "strength is changed at once: leave apply at \"next\"");
        }
        if (prompt != null) {
            StartRequest.checkPrompt(filter, prompt, "prompt");
        }
        if (prompt == null && image == null) {
            return new UpdateRequest(null, strength);
        }
        if (image != null && transition != Transition.CUT) {
            throw LiveError.at("transition", "not_supported", "a scene that begins with a picture is a cut");
        }
        try {
            return new UpdateRequest(new StreamUpdate(when, prompt, transition, image), strength);
        } catch (UserException e) {
            throw m.invalid("prompt", e.getMessage());
        }
    }

    private static StreamUpdate.When when(ClientMessage m) {
        if (!m.has("apply")) {
            m.get("apply");
            return new StreamUpdate.Now();
        }
        var node = m.get("apply");
        if (node != null && node.isString()) {
            if (!node.stringValue().equals("next")) {
                throw m.invalid("apply", "apply must be \"next\", {\"block\": N} or {\"seconds\": T}");
            }
            return new StreamUpdate.Now();
        }
        ClientMessage apply = m.object("apply");
        if (apply == null) {
            throw m.invalidType("apply", "text or an object");
        }
        Long block = apply.integer("block");
        Double seconds = apply.number("seconds");
        apply.rejectUnknown();
        if ((block == null) == (seconds == null)) {
            throw m.invalid("apply", "apply takes either a block or seconds");
        }
        try {
            return block != null ? new StreamUpdate.Block(block) : new StreamUpdate.Time(java.util.Objects.requireNonNull(seconds));
        } catch (UserException e) {
            throw m.invalid("apply", e.getMessage());
        }
    }
}
