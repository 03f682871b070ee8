package org.praxino.train.eval;

import org.praxino.tensor.DType;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * Measures how much a clip moves: the mean absolute difference of neighbouring frames, in steps of 255. A still picture has 0; noise has
 * more than any real clip, so compare it with that of the real clip.
 */
public final class MotionEnergy {
    private MotionEnergy() {}

    /** @param video [3, T, H, W] in [-1, 1], T at least 2 */
    public static double of(Tensor video) {
        if (video.dim() != 4 || video.size(1) < 2) {
            throw new ShapeException("video", "[3, T, H, W] with T of at least 2", video.shape());
        }
        try (var scope = Scope.open("MotionEnergy")) {
            long pairs = video.size(1) - 1;
            Tensor x = video.to(DType.F32);
            return x.narrow(1, 1, pairs).sub(x.narrow(1, 0, pairs)).abs().mean().item() * 127.5;
        }
    }
}
