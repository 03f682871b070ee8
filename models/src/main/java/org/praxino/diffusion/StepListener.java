package org.praxino.diffusion;

import org.praxino.tensor.Tensor;

/** Called after every step of a sampler; to stop sampling, it throws. */
@FunctionalInterface
public interface StepListener {
    /**
     * @param done how many steps are done, from 1
     * @param of how many there are
     * @param x the state now, valid during the call only
     * @param x0 the clean latent as estimated in this step, valid during the call only
     */
    void stepped(int done, int of, Tensor x, Tensor x0);

    StepListener SILENT = (done, of, x, x0) -> {};
}
