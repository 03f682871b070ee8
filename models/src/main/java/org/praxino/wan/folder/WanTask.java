package org.praxino.wan.folder;

import org.praxino.tensor.DType;
import org.praxino.tensor.UserException;

/**
 * What determines the memory of a task.
 *
 * @param kind a clip at once, or a stream
 * @param width of a frame in pixels, a multiple of 16
 * @param height of a frame in pixels, a multiple of 16
 * @param frames of the clip, 1 + 4k; of a stream, those that its cache reaches back
 * @param guided whether each step is computed with and without the prompt
 * @param dtype to compute in
 * @param textType for the text encoder, where it runs
 */
public record WanTask(Kind kind, int width, int height, int frames, boolean guided, DType dtype, DType textType) {
    /** What kind of work. */
    public enum Kind {
        /** Bidirectional: all frames at once; the text encoder is closed before the transformer is opened. */
        GENERATE,
        /** Causal: block by block with a cache; the text encoder stays open for the next prompt. */
        STREAM
    }

    /** Latent frames of a causal student's block. */
    public static final int BLOCK = 3;

    /** Video frames in a latent frame after the first. */
    private static final int TIME = 4;

    private static final int MULTIPLE = 16;

    public WanTask {
        if (width < MULTIPLE || height < MULTIPLE || width % MULTIPLE != 0 || height % MULTIPLE != 0) {
            throw new UserException(width + "x" + height + " is not possible: width and height must be multiples of " + MULTIPLE + ", such as "
                    + near(width) + "x" + near(height));
        }
        if (frames < 1 || (frames - 1) % TIME != 0) {
            int below = Math.max(0, frames - 1) / TIME * TIME + 1;
            throw new UserException(frames + " frames are not possible: the number must be 1 + 4k, such as " + below + " or " + (below + TIME));
        }
    }

    private static int near(int side) {
        return Math.max(MULTIPLE, (side + MULTIPLE / 2) / MULTIPLE * MULTIPLE);
    }

    /** Latent frames of all {@link #frames}. */
    public int latentFrames() {
        return 1 + (frames - 1) / TIME;
    }

    WanTask withSize(int newWidth, int newHeight) {
        return new WanTask(kind, newWidth, newHeight, frames, guided, dtype, textType);
    }

    WanTask withFrames(int count) {
        return new WanTask(kind, width, height, count, guided, dtype, textType);
    }

    /** {@code 81 frames of 832x480}. */
    @Override
    public String toString() {
        return switch (kind) {
            case GENERATE -> frames + " frames of " + width + "x" + height;
            case STREAM -> "a stream of " + width + "x" + height + " that looks back " + frames + " frames";
        };
    }
}
