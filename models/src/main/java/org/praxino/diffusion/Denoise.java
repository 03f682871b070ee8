package org.praxino.diffusion;

import org.praxino.tensor.Tensor;

/** One call of a network inside a sampler. */
@FunctionalInterface
public interface Denoise {
    /**
     * @param x the state, [B, C, T, H, W]
     * @param level of all of it
     * @param step 0-based number of the step
     * @return the prediction, of x's shape
     */
    Tensor predict(Tensor x, double level, int step);
}
