package org.praxino.tensor;

import java.util.Collection;
import java.util.List;

/** Operations on accumulated gradients: clearing, clipping, checkpointing. */
public final class Gradients {
    private Gradients() {}

    /** Forgets all gradients. */
    public static void clear(Collection<Tensor> weights) {
        weights.stream().filter(Tensor::hasGrad).forEach(Tensor::clearGrad);
    }

    /**
     * Scales all gradients so that their joint 2-norm is at most {@code limit}; one read-back of the device.
     *
     * @return the norm before, which is not finite when a gradient is not
     */
    public static double clip(Collection<Tensor> weights, double limit) {
        try (var guard = Grad.off();
                var scope = Scope.open("clip")) {
            List<Tensor> grads = weights.stream().filter(Tensor::hasGrad).map(Tensor::grad).toList();
            if (grads.isEmpty()) {
                return 0;
            }
            Tensor squares = Tensor.stack(grads.stream().map(g -> g.square().sum()).toList(), 0); // [weights]
            double norm = Math.sqrt(squares.sum().item());
            if (norm > limit) {
                grads.forEach(g -> g.mulInPlace(limit / norm));
            }
            return norm;
        }
    }
}
