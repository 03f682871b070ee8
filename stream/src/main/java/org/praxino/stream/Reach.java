package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * What was asked for of a {@link Horizon}. What is null is the model's own, so that one number given alone does not change another.
 *
 * @param block latent frames made at a time
 * @param sink first frames that stay visible
 * @param window last frames before the block that stay visible
 * @param overlapping whether long video is made by roll-outs that overlap
 */
public record Reach(@Nullable Integer block, @Nullable Integer sink, @Nullable Integer window, boolean overlapping) {
    /** @throws UserException where this goes together with no model */
    public Reach {
        if (sink != null && sink < 0 || window != null && window < 0) {
            throw new UserException("sink=" + sink + " and window=" + window + " are impossible: give numbers of latent frames, 0 or more");
        }
        if (overlapping) {
            over(Horizon.OVERLAPPING, block, sink, window);
        }
    }

    static Reach exactly(Horizon horizon) {
        return new Reach(horizon.block(), horizon.sink(), horizon.window(), horizon.overlapping());
    }

    /** @param own what the model was distilled with */
    Horizon over(Horizon own) {
        return over(overlapping ? Horizon.OVERLAPPING : own, block, sink, window);
    }

    private static Horizon over(Horizon own, @Nullable Integer block, @Nullable Integer sink, @Nullable Integer window) {
        return new Horizon(
                block == null ? own.block() : block, sink == null ? own.sink() : sink, window == null ? own.window() : window, own.overlapping());
    }
}
