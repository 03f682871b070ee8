package org.praxino.train;

import org.praxino.tensor.Tensor;

/** A scalar loss, whose gradient is either due or accumulated already. */
public sealed interface Loss {
    /** The loss itself; a scalar. */
    Tensor value();

    /** Adds the gradient of {@code weight} times the loss to those of the weights, if it is still due. */
    void backward(double weight);

    /** A loss whose gradient is due. */
    record WithGraph(Tensor value) implements Loss {
        @Override
        public void backward(double weight) {
            value.mul(weight).backward();
        }
    }

    /** A loss whose weighted gradient was accumulated while it was computed. @param value detached */
    record Accumulated(Tensor value) implements Loss {
        @Override
        public void backward(double weight) {}
    }
}
