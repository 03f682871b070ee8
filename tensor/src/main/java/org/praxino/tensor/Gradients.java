package org.praxino.tensor;

import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

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

    /**
     * Backward through a chain of segments with only their inputs stored: each is computed again when its gradient is due
     * (activation checkpointing). Gradients accumulate in the segments' weights.
     *
     * @param segments applied in order to {@code input}
     * @param loss maps the last output to a scalar
     * @return the loss, detached
     */
    public static Tensor checkpointed(Tensor input, List<UnaryOperator<Tensor>> segments, UnaryOperator<Tensor> loss) {
        try (var scope = Scope.open("checkpointed")) {
            Tensor[] inputs = new Tensor[segments.size() + 1];
            inputs[0] = input.detach();
            try (var guard = Grad.off()) {
                for (int i = 0; i < segments.size(); i++) {
                    try (var inner = Scope.open("segment " + i)) {
                        inputs[i + 1] = inner.keep(segments.get(i).apply(inputs[i]).detach());
                    }
                }
            }
            Tensor last = inputs[segments.size()].requiresGrad(true);
            Tensor value = loss.apply(last);
            value.backward();
            Tensor gradient = last.grad();
            for (int i = segments.size() - 1; i >= 0; i--) {
                try (var inner = Scope.open("segment " + i)) {
                    Tensor in = inputs[i].requiresGrad(i > 0);
                    segments.get(i).apply(in).backward(gradient);
                    if (i > 0) {
                        gradient = inner.keep(in.grad().copy());
                    }
                }
            }
            return scope.keep(value.detach());
        }
    }
}
