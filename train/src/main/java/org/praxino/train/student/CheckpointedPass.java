package org.praxino.train.student;

import java.util.function.UnaryOperator;
import org.praxino.condition.DenoiserInput;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Tensor;
import org.praxino.train.Loss;

/** A forward pass with a loss, with or without activation checkpointing. */
public final class CheckpointedPass {
    private CheckpointedPass() {}

    /**
     * @param checkpointing whether layers are computed again for their gradients, which are then accumulated when this returns
     * @param weight of the loss in those gradients
     * @param loss of a prediction, a scalar
     */
    public static Loss loss(
            TrainableDenoiser network, DenoiserInput in, AttentionPolicy policy, boolean checkpointing, double weight, UnaryOperator<Tensor> loss) {
        if (!checkpointing) {
            return new Loss.WithGraph(loss.apply(network.predict(in, policy)));
        }
        Tensor predicted;
        try (var guard = Grad.off()) {
            predicted = network.predict(in, policy);
        }
        Tensor leaf = predicted.detach().requiresGrad(true);
        Tensor value = loss.apply(leaf);
        value.mul(weight).backward();
        network.backward(in, policy, leaf.grad());
        return new Loss.Accumulated(value.detach());
    }
}
