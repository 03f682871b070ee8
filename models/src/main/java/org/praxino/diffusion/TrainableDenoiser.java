package org.praxino.diffusion;

import org.praxino.condition.DenoiserInput;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** A denoiser with trainable weights, of any family. Owns them. */
public interface TrainableDenoiser extends Denoiser, AutoCloseable {
    Params params();

    /**
     * Accumulates the weights' gradients of a prediction, of which nothing need have been kept: every layer is computed again when its
     * gradient is due, and only the layers' inputs are held (activation checkpointing, Chen et al. 2016). One more forward pass.
     *
     * @param in as it was predicted from; what it holds gets no gradient
     * @param gradient of the prediction, [B, C, T, H, W]
     */
    void backward(DenoiserInput in, AttentionPolicy policy, Tensor gradient);

    /** Multiply-adds times two of a forward pass over one clip of latents [C, T, H, W] with a text of so many tokens. */
    double flops(long[] latent, int textTokens);

    /** Whether it takes its own last estimate as an input. */
    default boolean selfConditioning() {
        return false;
    }

    @Override
    void close();
}
