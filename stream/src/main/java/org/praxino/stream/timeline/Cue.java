package org.praxino.stream.timeline;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * A prompt and the time from which it is active.
 *
 * @param at seconds of playback time; the cue takes effect at the first block that begins at or after it
 * @param prompt what to show
 * @param transition from the previous prompt; a first cue is a cut
 * @param image an image that a new scene begins with, or null to continue the scene
 */
public record Cue(double at, String prompt, Transition transition, @Nullable InputImage image) {
    /** Longest prompt in characters; the text encoder has a limit in tokens of its own. */
    public static final int MAX_CHARACTERS = 2000;

    /** The latest time. */
    public static final double MAX_SECONDS = 1e7;

    public Cue {
        if (!(at >= 0 && at <= MAX_SECONDS)) {
            throw new UserException("a cue at " + at + " s is not possible: times lie between 0 and " + (long) MAX_SECONDS + " s");
        }
        if (isEmpty(prompt)) {
            throw new UserException("the prompt at " + at + " s is empty: say what to show, for example \"a ferris wheel spinning\"");
        }
        checkCharacters("the prompt at " + at + " s", prompt);
        if (image != null && !(transition instanceof Transition.Cut)) {
            throw new UserException("the cue at " + at + " s has an image and a transition: a scene that begins with a picture is a cut");
        }
    }

    /** Whether nothing of a prompt would be seen: blanks of every kind, and characters without width. */
    public static boolean isEmpty(String prompt) {
        return prompt.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT);
    }

    /** @param what a prompt's name in messages */
    public static void checkCharacters(String what, String prompt) {
        if (prompt.length() > MAX_CHARACTERS) {
            throw new UserException(what + " has " + prompt.length() + " characters: the limit is " + MAX_CHARACTERS);
        }
        if (prompt.codePoints().anyMatch(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new UserException(what + " holds U+0000 or half a character (an unpaired surrogate)");
        }
    }

    public Cue(double at, String prompt) {
        this(at, prompt, Transition.CUT, null);
    }

    public Cue(double at, String prompt, Transition transition) {
        this(at, prompt, transition, null);
    }
}
