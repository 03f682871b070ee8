package org.praxino.stream.timeline;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * From when on which prompt holds.
 *
 * @param at seconds of playing time; the cue acts with the first block that begins at this time or later
 * @param prompt what to show
 * @param transition from the prompt before; a first cue has none before it and is a cut
 * @param image a picture that a new scene begins with, or null to go on; the new scene forgets the one before
 */
public record Cue(double at, String prompt, Transition transition, @Nullable Picture image) {
    /** Longest prompt in characters; the text encoder has a limit in tokens of its own. */
    public static final int MAX_CHARACTERS = 2000;

    /** The latest time. */
    public static final double MAX_SECONDS = 1e7;

    public Cue {
        if (!(at >= 0 && at <= MAX_SECONDS)) {
            throw new UserException("a cue at " + at + " s is not possible: times lie between 0 and " + (long) MAX_SECONDS + " s");
        }
        if (prompt.isBlank()) {
            throw new UserException("the prompt at " + at + " s is empty: say what to show, for example \"a ferris wheel spinning\"");
        }
        if (prompt.length() > MAX_CHARACTERS) {
            throw new UserException("the prompt at " + at + " s has " + prompt.length() + " characters: the most is " + MAX_CHARACTERS);
        }
        if (image != null && !(transition instanceof Transition.Cut)) {
            throw new UserException("the cue at " + at + " s has an image and a transition: a scene that begins with a picture is a cut");
        }
    }

    public Cue(double at, String prompt) {
        this(at, prompt, Transition.CUT, null);
    }

    public Cue(double at, String prompt, Transition transition) {
        this(at, prompt, transition, null);
    }
}
