package org.praxino.train.ode;

import org.praxino.condition.Condition;
import org.praxino.tensor.Tensor;

/** Generates deterministic ODE trajectories and records their states at the student's levels. */
public interface TrajectorySource {
    /**
     * @param noise [B, C, T, H, W]
     * @return [B, levels + 1, C, T, H, W], the state at each level from the noisiest down, then the clean end; in the caller's scope
     */
    Tensor sample(Tensor noise, Condition.Text text);

    /** Digest of everything that determines the trajectories except noise and text. */
    String digest();
}
