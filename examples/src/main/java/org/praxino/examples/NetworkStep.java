package org.praxino.examples;

import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.FlowMatching;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/** Builds a W.A.L.T transformer from its configuration and takes one optimiser step of flow matching on random latents. */
final class NetworkStep {
    /** Clips of 3 latent frames of 8 channels and 16x16 positions; a token is one position; 5 classes. */
    private static final WaltConfig CONFIG = new WaltConfig(
            new WaltConfig.TokenGrid(8, 3, 16, 16, 1),
            new WaltConfig.Width(64, 4, 4, 256, 2),
            new WaltConfig.Windows(8, 8, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, true, WaltConfig.QkNorm.RMS),
            WaltConfig.Text.NONE, 5,
            new WaltConfig.Inputs(false, false, false));

    private NetworkStep() {}

    /** The loss on the same batch before and after a step. */
    record Losses(float before, float after) {}

    static void main(String[] args) {
        IO.println(step());
    }

    static Losses step() {
        try (var scope = Scope.open("step");
                var network = new WaltTransformer(CONFIG, Params.initialise(1, Device.CPU));
                var optimiser = new AdamW(network.params(), new AdamW.Settings(0.9, 0.99, 1e-8, 0))) {
            network.params().trainable(true);
            Tensor loss = loss(network);
            loss.backward();
            optimiser.step(1e-3);
            try (var guard = Grad.off()) {
                return new Losses(value(loss), value(loss(network)));
            }
        }
    }

    /** Mean squared error of the predicted velocity, arXiv 2209.03003, equation 1. */
    private static Tensor loss(WaltTransformer network) {
        var random = RandomStream.of(1, "batch");
        Tensor clean = random.normal(2, 8, 3, 16, 16); // [B, C, T, H, W]
        Tensor noise = random.normal(2, 8, 3, 16, 16);
        double sigma = new FlowMatching(1).sigma(600);
        Tensor noisy = clean.mul(1 - sigma).add(noise.mul(sigma));
        var input = DenoiserInput.clips(noisy, Levels.all(600, 2, 3), Condition.classes(Device.CPU, 0, 3));
        return network.predict(input, AttentionPolicy.FULL).sub(noise.sub(clean)).square().mean();
    }

    private static float value(Tensor scalar) {
        return scalar.toFloatArray()[0];
    }
}
