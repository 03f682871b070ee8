package org.praxino.train.ode;

import org.praxino.condition.Condition;
import org.praxino.tensor.Tensor;

/** Walks deterministic paths from noise to clip and tells where they were at the student's levels. */
public interface PathSource {
    /**
     * @param noise [B, C, T, H, W]
     * @return [B, levels + 1, C, T, H, W], the state at each level from the noisiest down, then the clean end; in the caller's scope
     */
    Tensor walk(Tensor noise, Condition.Text text);

    /** Names everything that determines the paths beside noise and text. */
    String digest();
}
