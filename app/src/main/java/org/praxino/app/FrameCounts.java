package org.praxino.app;

import org.praxino.tensor.UserException;

/** Valid clip lengths of a causal tokenizer with fourfold temporal compression: 1 + 4k frames. */
final class FrameCounts {
    private static final int STEP = 4;

    private FrameCounts() {}

    /** @throws UserException naming the nearest legal lengths when {@code frames} is not 1 + 4k */
    static int checked(int frames) {
        if (frames < 1) {
            throw new UserException("--frames " + frames + " is not possible: a clip has at least 1 frame");
        }
        int below = (frames - 1) / STEP * STEP + 1;
        if (below != frames) {
            throw new UserException("--frames " + frames + " is not possible: lengths are 1 + 4k, the nearest are " + below + " and "
                    + (below + STEP));
        }
        return frames;
    }
}
