package org.praxino.walt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.Levels;
import org.praxino.condition.SampleKind;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.BatchParallelDenoiser;
import org.praxino.diffusion.Denoiser;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.ParallelThreads;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class BatchParallelDenoiserTest {
    private static final WaltConfig CONFIG = new WaltConfig(
            new WaltConfig.TokenGrid(3, 3, 4, 4, 2), new WaltConfig.Width(16, 2, 2, 32, 4),
            new WaltConfig.Windows(2, 2, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, WaltConfig.QkNorm.LAYER),
            new WaltConfig.Text(6, WaltConfig.Cross.SPATIAL, 1, true, false), 0, new WaltConfig.Inputs(true, true, false));

    private static Tensor random(String name, long... shape) {
        return RandomStream.of(5, name).normal(shape);
    }

    /** Three rows of everything that a row can have. */
    private static DenoiserInput rows() {
        Tensor clean = random("clean", 3, 3, 3, 8, 8);
        var text = new Condition.Text(random("text", 3, 4, 6), Tensor.of(new float[] {1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0}, 3, 4));
        return DenoiserInput.clips(random("noise", 3, 3, 3, 8, 8), Levels.of(new double[][] {{9, 9, 9}, {500, 500, 500}, {900, 900, 900}}), text)
                .withKinds(List.of(SampleKind.CLIP, SampleKind.IMAGES, SampleKind.CLIP))
                .withGiven(GivenFrames.first(clean, 1))
                .withSelfEstimate(clean.mul(0.5));
    }

    @Test
    void isTheNetworkItself() {
        try (var network = new WaltTransformer(CONFIG, Params.initialise(3, Device.CPU));
                var lanes = ParallelThreads.open(2, 2);
                var off = Grad.off()) {
            // The last layer begins with zeros, which would make everything equal.
            network.params().tensors().forEach(t -> t.copyFrom(t.add(random("weights", t.shape()).mul(0.05))));
            DenoiserInput in = rows();
            Tensor apart = new BatchParallelDenoiser(network, lanes).predict(in, AttentionPolicy.FULL);
            Tensor whole = network.predict(in, AttentionPolicy.FULL);
            assertThat(whole.abs().mean().item()).isGreaterThan(0.01);
            assertThat(apart.shape()).isEqualTo(whole.shape());
            assertThat(apart.sub(whole).abs().max().item()).isCloseTo(0, within(2e-5));
        }
    }

    @Test
    void sharesOutOnlyWhatItMay() {
        var batches = new ArrayList<Long>();
        Denoiser counting = (in, policy) -> {
            synchronized (batches) {
                batches.add(in.noisy().size(0));
            }
            return in.noisy().copy();
        };
        DenoiserInput in = rows();
        try (var lanes = ParallelThreads.open(2, 2)) {
            var both = new BatchParallelDenoiser(counting, lanes);
            try (var off = Grad.off()) {
                assertThat(both.predict(in, AttentionPolicy.FULL).sub(in.noisy()).abs().max().item()).isZero();
                both.predict(in.rows(1, 2), AttentionPolicy.FULL);
            }
            both.predict(in, AttentionPolicy.FULL); // gradients are recorded
        }
        assertThat(batches.subList(0, 2)).containsExactlyInAnyOrder(1L, 2L);
        assertThat(batches.subList(2, 4)).containsExactly(1L, 3L);
    }
}
