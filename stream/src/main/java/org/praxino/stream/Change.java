package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Picture;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.UserException;

/**
 * A change of what is shown while a stream is playing.
 *
 * @param when it acts; never before the first block of which no frame has been taken
 * @param prompt from then on, or null for the one in force, with a picture
 * @param transition to it
 * @param image that a new scene begins with, or null to go on
 */
public record Change(When when, @Nullable String prompt, Transition transition, @Nullable Picture image) {
    /** A place in a stream. */
    public sealed interface When {}

    /** As soon as it can be. What was typed for a later time is dropped: it belonged to another future. */
    public record Now() implements When {}

    /** With a block. @param number from 0 */
    public record Block(long number) implements When {
        public Block {
            if (number < 0 || number > MOST_BLOCKS) {
                throw new UserException("block " + number + " is not possible: give a number from 0 to " + MOST_BLOCKS);
            }
        }
    }

    /** With the first block that begins at a time or later. */
    public record Time(double seconds) implements When {
        public Time {
            if (!(seconds >= 0 && seconds <= Cue.MAX_SECONDS)) {
                throw new UserException(seconds + " s is not possible: give a time from 0 to " + (long) Cue.MAX_SECONDS + " s");
            }
        }
    }

    /** The highest block that can be named. */
    public static final long MOST_BLOCKS = 10_000_000;

    public Change {
        if (prompt == null && image == null) {
            throw new UserException("a change needs a prompt or a picture");
        }
        new Cue(0, prompt == null ? "the same" : prompt, transition, image); // refuses what no cue can be
    }

    /** Whether it may act with a block. @param seconds playing time of its first frame */
    boolean reaches(long block, double seconds) {
        return switch (when) {
            case Now now -> true;
            case Block b -> block >= b.number;
            case Time t -> seconds + 1e-9 >= t.seconds;
        };
    }

    static Change now(String prompt, Transition transition) {
        return new Change(new Now(), prompt, transition, null);
    }
}
