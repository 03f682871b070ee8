package org.praxino.stream.timeline;

import org.praxino.tensor.UserException;

/** How the prompt of one cue becomes that of the next. Every transition begins with a block, never inside one. */
public sealed interface Transition {
    /** The new prompt from one block to the next; the past, made under the old one, stays in the cache and fades with it. */
    enum Cut implements Transition {
        CUT
    }

    /** As a cut, and the cached window is computed anew under the new prompt (LongLive, arXiv 2509.22622): the change is stronger. */
    enum Recache implements Transition {
        RECACHE
    }

    /**
     * The token states of the old prompt turn into those of the new one.
     *
     * @param seconds how long it takes, above 0; rounded up to whole blocks
     * @param path between the states
     */
    record Blend(double seconds, Path path) implements Transition {
        /** The longest blend. */
        public static final double MAX_SECONDS = 600;

        public Blend {
            if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
                throw new UserException("a blend of " + seconds + " s is not possible: it lasts more than 0 and at most " + MAX_SECONDS + " s");
            }
        }
    }

    /** LINEAR: a straight line between the states. SPHERICAL: along the arc between their directions, so that none gets short. */
    enum Path {
        LINEAR,
        SPHERICAL
    }

    /** The one value of {@link Cut}. */
    Transition CUT = Cut.CUT;

    /** The one value of {@link Recache}. */
    Transition RECACHE = Recache.RECACHE;

    /** A linear blend. */
    static Transition blend(double seconds) {
        return new Blend(seconds, Path.LINEAR);
    }
}
