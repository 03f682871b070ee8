package org.praxino.stream;

import org.praxino.tensor.ConfigException;
import org.praxino.wan.WanRecipe;

/**
 * How far a stream of a Wan model looks back, in latent frames, and how it goes on for ever.
 *
 * @param block latent frames made at a time; what the model was distilled with
 * @param sink first frames that stay visible
 * @param window last frames before the block that stay visible
 * @param overlapping false: one roll-out whose cache forgets what is neither sink nor window, with places counted among what is held.
 *     true: roll-outs of {@code window + block} frames, each begun with the last block of the one before, whose first frame is decoded
 *     and coded anew as a picture (CausVid's way to long video)
 */
public record Horizon(int block, int sink, int window, boolean overlapping) {
    /** Latent frames that the published models were trained on, 81 frames. */
    public static final int TRAINED = 21;

    /** A cache that always holds a trained length, its first block among them. */
    public static final Horizon ROLLING = new Horizon(3, 3, TRAINED - 6, false);

    /** Roll-outs of the trained length that overlap by a block. */
    public static final Horizon OVERLAPPING = new Horizon(3, 0, TRAINED - 3, true);

    /** A cache that always holds what the model was trained to see, its first block among it. */
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

    /** Latent frames that a block sees, itself included. */
    public int latentFrames() {
        return sink + window + block;
    }

    /** Blocks of a roll-out after which the next one begins; 0 where there is one without end. */
    int blocksPerRollout() {
        return overlapping ? (window + block) / block : 0;
    }
}
