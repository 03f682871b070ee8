package org.praxino.diffusion;

import org.praxino.condition.Condition;

/**
 * A condition as one network has prepared it for many calls ({@link Denoiser#prepare}). Owns what the network has computed from it, not
 * the condition itself, which must stay open as long. For one thread; the weights must not change.
 */
@FunctionalInterface
public interface Conditioned extends AutoCloseable {
    Condition condition();

    @Override
    default void close() {}
}
