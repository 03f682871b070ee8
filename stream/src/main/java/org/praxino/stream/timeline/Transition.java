package org.praxino.stream.timeline;

import org.praxino.tensor.UserException;

/** How one prompt changes to the next. Transitions begin at block boundaries. */
public sealed interface Transition {
    /** Switches the prompt from one block to the next. The cache keeps the past until it leaves the window. */
    enum Cut implements Transition {
        CUT
    }

    /** A cut that also recomputes the cache under the new prompt (LongLive, arXiv 2509.22622), for a stronger change. */
    enum Recache implements Transition {
        RECACHE
    }

    /**
     * Interpolates the token states from the old prompt to the new one.
     *
     * @param seconds duration, above 0, rounded up to whole blocks
     * @param path of interpolation
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

    /** LINEAR: linear interpolation. SPHERICAL: spherical interpolation, which preserves vector length. */
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
