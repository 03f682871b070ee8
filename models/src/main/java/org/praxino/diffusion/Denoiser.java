package org.praxino.diffusion;

import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** A network that predicts v, noise, clean latent or flow from a noisy latent. */
public interface Denoiser {
    /**
     * @param in noisy latent, its level for each latent frame, and what it should become
     * @param policy which frames see which
     * @return the prediction, shaped as {@code in.noisy()} [B, C, T, H, W], in fp32
     */
    Tensor predict(DenoiserInput in, AttentionPolicy policy);

    /**
     * Prepares a condition for many calls, which then need not compute what depends on the condition alone, or on it and a level that
     * they have seen. The caller closes it, before the network.
     */
    default Conditioned prepare(Condition condition, int batch) {
        return () -> condition;
    }

    /**
     * As {@link #predict(DenoiserInput, AttentionPolicy)} with a condition that this network has prepared, in place of the input's; equal to the
     * bit. Where gradients are recorded everything is computed again.
     */
    default Tensor predict(DenoiserInput in, Conditioned conditioned, AttentionPolicy policy) {
        return predict(in.withCondition(conditioned.condition()), policy);
    }

    /**
     * Keeps the keys and values of a clean block that continues from what {@code cache} holds, as {@link #predict} with
     * {@link AttentionPolicy.Cached#write} does, to the bit; predicts nothing, which may save work.
     */
    default void writeCache(DenoiserInput in, Conditioned conditioned, KvCache cache) {
        try (var scope = Scope.open("write cache")) {
            predict(in, conditioned, new AttentionPolicy.Cached(cache, true));
        }
    }

    /**
     * An empty cache for {@link AttentionPolicy.Cached}, which the caller closes.
     *
     * @param height of the latent
     * @param width of the latent
     * @throws UserException when this network cannot generate without end
     */
    default KvCache openCache(long batch, int height, int width, int sink, int window) {
        throw new UserException("this network cannot stream");
    }
}
