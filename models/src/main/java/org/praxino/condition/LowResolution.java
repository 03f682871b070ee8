package org.praxino.condition;

import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * The latent of the stage before in a super-resolution cascade, with noise added on purpose (W.A.L.T section 3.5, noise
 * conditioning augmentation).
 *
 * @param latents [B, C, T, H/2, W/2]
 * @param level [B], how noisy they are, a timestep number on 0..1000
 */
public record LowResolution(Tensor latents, Tensor level) {
    public LowResolution {
        if (latents.dim() != 5) {
            throw new ShapeException("low-resolution latents", "[B, C, T, H/2, W/2]", latents.shape());
        }
        if (level.dim() != 1 || level.size(0) != latents.size(0)) {
            throw new ShapeException("low-resolution noise level", "[" + latents.size(0) + "]", level.shape());
        }
    }

    /** The elements of this followed by themselves. */
    public LowResolution twice() {
        return new LowResolution(Tensor.cat(0, latents, latents), Tensor.cat(0, level, level));
    }
}
