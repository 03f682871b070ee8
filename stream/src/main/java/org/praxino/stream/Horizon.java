package org.praxino.stream;

import org.praxino.tensor.ConfigException;
import org.praxino.wan.WanRecipe;

/**
 * The attention window of a streaming Wan model, in latent frames, and how streams continue beyond the training length.
 *
 * @param block latent frames generated at a time, as in distillation
 * @param sink first frames that stay visible
 * @param window last frames before the block that stay visible
 * @param overlapping false: one roll-out with a rolling cache, positions counted within the cache. true: roll-outs of {@code window +
 *     block} frames, each starting from the last block of the previous one, whose first frame is re-encoded as an image (long videos in
 *     CausVid)
 */
public record Horizon(int block, int sink, int window, boolean overlapping) {
    /** Latent frames of the published models' training clips (81 frames). */
    public static final int TRAINED = 21;

    /** A rolling cache of the training length that keeps the first block. */
    public static final Horizon ROLLING = new Horizon(3, 3, TRAINED - 6, false);

    /** Roll-outs of the training length that overlap by one block. */
    public static final Horizon OVERLAPPING = new Horizon(3, 0, TRAINED - 3, true);

    /** A rolling cache of the window that the model was trained with, including the first block. */
    public static Horizon of(WanRecipe recipe) {
        int sink = recipe.lead() == 0 ? recipe.block() : recipe.lead();
        return new Horizon(recipe.block(), sink, recipe.reach() - sink - recipe.block(), false);
    }

    public Horizon {
        if (block < 1 || sink < 0 || window < 0 || sink + window < block) {
            throw new ConfigException("a horizon of block=" + block + ", sink=" + sink + ", window=" + window
                    + " is impossible: a block is 1 or more latent frames, and at least one block must stay visible");
        }
        if (overlapping && (sink > 0 || window % block != 0)) {
            throw new ConfigException("overlapping roll-outs have no sink, and a window of whole blocks: sink=" + sink + ", window=" + window
                    + " and block=" + block + " do not go together");
        }
    }

    /** Latent frames that a block attends to, including itself. */
    public int latentFrames() {
        return sink + window + block;
    }

    /** Blocks in each roll-out; 0 for a single endless one. */
    public int blocksPerRollout() {
        return overlapping ? (window + block) / block : 0;
    }
}
