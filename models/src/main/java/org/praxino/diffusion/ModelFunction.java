package org.praxino.diffusion;

import org.praxino.tensor.Tensor;

/** The network as a sampler calls it, with condition and guidance (the model function of Lu et al. 2022, DPM-Solver). */
@FunctionalInterface
public interface ModelFunction {
    /**
     * @param x the state, [B, C, T, H, W]
     * @param level of all of it
     * @param step 0-based number of the step
     * @return the prediction, of x's shape
     */
    Tensor predict(Tensor x, double level, int step);
}
