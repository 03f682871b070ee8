package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * Overrides for a {@link Horizon}. Null values mean the model's default.
 *
 * @param block latent frames generated at a time
 * @param sink first frames that stay visible
 * @param window last frames before the block that stay visible
 * @param overlapping whether long videos use overlapping roll-outs
 */
public record HorizonOptions(@Nullable Integer block, @Nullable Integer sink, @Nullable Integer window, boolean overlapping) {
    /** @throws UserException if no model supports the combination */
    public HorizonOptions {
        if (sink != null && sink < 0 || window != null && window < 0) {
            throw new UserException("sink=" + sink + " and window=" + window + " are impossible: give numbers of latent frames, 0 or more");
        }
        if (overlapping) {
            applyTo(Horizon.OVERLAPPING, block, sink, window);
        }
    }

    static HorizonOptions exactly(Horizon horizon) {
        return new HorizonOptions(horizon.block(), horizon.sink(), horizon.window(), horizon.overlapping());
    }

    /** @param own the horizon that the model was distilled with */
    public Horizon applyTo(Horizon own) {
        return applyTo(overlapping ? Horizon.OVERLAPPING : own, block, sink, window);
    }

    private static Horizon applyTo(Horizon own, @Nullable Integer block, @Nullable Integer sink, @Nullable Integer window) {
        return new Horizon(
                block == null ? own.block() : block, sink == null ? own.sink() : sink, window == null ? own.window() : window, own.overlapping());
    }
}
