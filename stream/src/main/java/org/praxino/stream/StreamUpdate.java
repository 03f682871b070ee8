package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.InputImage;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.UserException;

/**
 * A new prompt or image for a running stream.
 *
 * @param when it takes effect; never before the first block of which no frame has been read
 * @param prompt from then on, or null to keep the active prompt, with an image
 * @param transition to the new prompt
 * @param image that a new scene begins with, or null to continue the scene
 */
public record StreamUpdate(When when, @Nullable String prompt, Transition transition, @Nullable InputImage image) {
    /** When an update takes effect. */
    public sealed interface When {}

    /** As soon as possible. Updates made for later times are dropped. */
    public record Now() implements When {}

    /** At a block. @param number from 0 */
    public record Block(long number) implements When {
        public Block {
            if (number < 0 || number > MAX_BLOCK) {
                throw new UserException("block " + number + " is not possible: give a number from 0 to " + MAX_BLOCK);
            }
        }
    }

    /** At the first block that begins at or after a time. */
    public record Time(double seconds) implements When {
        public Time {
            if (!(seconds >= 0 && seconds <= Cue.MAX_SECONDS)) {
                throw new UserException(seconds + " s is not possible: give a time from 0 to " + (long) Cue.MAX_SECONDS + " s");
            }
        }
    }

    /** The highest block number accepted. */
    public static final long MAX_BLOCK = 10_000_000;

    public StreamUpdate {
        if (prompt == null && image == null) {
            throw new UserException("an update needs a prompt or an image");
        }
        new Cue(0, prompt == null ? "the same" : prompt, transition, image); // validates
    }

    /** Whether it takes effect at a block. @param seconds playback time of its first frame */
    public boolean isDue(long block, double seconds) {
        return switch (when) {
            case Now now -> true;
            case Block b -> block >= b.number;
            case Time t -> seconds + 1e-9 >= t.seconds;
        };
    }

    static StreamUpdate now(String prompt, Transition transition) {
        return new StreamUpdate(new Now(), prompt, transition, null);
    }
}
