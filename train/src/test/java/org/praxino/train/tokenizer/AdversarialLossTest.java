package org.praxino.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class AdversarialLossTest {
    private static final DiscriminatorConfig SMALL = new DiscriminatorConfig(4, List.of(2, 3), 6, 8, 8);
    private final RandomStream random = RandomStream.of(5, "adversarial");

    /** In double, so that finite differences mean something. */
    private static Discriminator3d inDouble() {
        try (Discriminator3d single = new Discriminator3d(SMALL, Params.initialise(2, Device.CPU))) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            single.params().all().forEach((name, w) -> weights.put(name, w.to(DType.F64)));
            return new Discriminator3d(SMALL, Params.load(new TensorMap(weights), Device.CPU, DType.F64, "test"));
        }
    }

    @Test
    void oneLogitAClipWhateverItsLength() {
        try (Discriminator3d d = new Discriminator3d(SMALL, Params.initialise(1, Device.CPU))) {
            for (int frames : new int[] {1, 5, 17}) {
                assertThat(d.logits(random.normal(2, 3, frames, 8, 8)).shape()).containsExactly(2);
            }
            assertThat(d.params().count()).isEqualTo(SMALL.count());
            assertThatThrownBy(() -> d.logits(random.normal(2, 3, 5, 16, 8)))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("[B, 3, T, 8, 8]");
        }
        assertThat(DiscriminatorConfig.published().count()).isBetween(60_500_000L, 61_999_999L); // 61 M, as published
        assertThatThrownBy(() -> new DiscriminatorConfig(4, List.of(2, 3), 6, 10, 8)).isInstanceOf(ConfigException.class);
    }

    @Test
    void aConstantPictureStaysConstantThroughTheBlurredHalving() {
        try (Discriminator3d d = inDouble()) {
            d.params().all().forEach((name, w) -> {
                if (name.startsWith("block") && !name.contains("skip")) {
                    w.fillInPlace(0);
                }
            });
            Tensor one = Tensor.ones(DType.F64, Device.CPU, 1, 3, 1, 8, 8);
            assertThat(d.logits(one).item()).isEqualTo(d.logits(one.expand(-1, -1, 1, -1, -1)).item());
            assertThat(d.logits(one).item()).isFinite();
        }
    }

    @Test
    void termsFollowTheirFormulas() {
        Tensor real = Tensor.of(new float[] {0, 2});
        Tensor fake = Tensor.of(new float[] {-1, 1});
        assertThat(AdversarialLoss.nonSaturating(fake).item()).isEqualTo((softplus(1) + softplus(-1)) / 2, within(1e-6));
        assertThat(AdversarialLoss.discriminating(real, fake).item())
                .isEqualTo((softplus(0) + softplus(-2)) / 2 + (softplus(-1) + softplus(1)) / 2, within(1e-6));
    }

    private static double softplus(double x) {
        return Math.log1p(Math.exp(x));
    }

    @Test
    void leCamPullsLogitsTowardTheOtherSidesRunningMean() {
        try (LeCam leCam = new LeCam(0.9)) {
            Tensor real = Tensor.of(new float[] {1, 3});
            Tensor fake = Tensor.of(new float[] {-1, 2});
            assertThat(leCam.penalty(real, fake).item()).isEqualTo((1 + 9) / 2.0 + 1 / 2.0, within(1e-6));
            leCam.update(real, fake);
            assertThat(leCam.state().get("lecam.real").item()).isEqualTo(0.2, within(1e-6));
            assertThat(leCam.state().get("lecam.fake").item()).isEqualTo(0.05, within(1e-6));
            double expected = (0.95 * 0.95 + 2.95 * 2.95) / 2 + 1.2 * 1.2 / 2;
            assertThat(leCam.penalty(real, fake).item()).isEqualTo(expected, within(1e-5));
            try (LeCam restored = new LeCam(0.9)) {
                restored.restore(new TensorMap(leCam.state()));
                assertThat(restored.penalty(real, fake).item()).isEqualTo(expected, within(1e-5));
            }
        }
    }

    @Test
    void r1IsTheSquaredGradientAndItsOwnGradientIsThatOfFiniteDifferences() {
        try (Discriminator3d d = inDouble()) {
            d.params().trainable(true);
            Tensor real = random.normal(2, 3, 3, 8, 8).to(DType.F64);
            assertThat(AdversarialLoss.r1(d, real).item()).isEqualTo(gradientNormByDifferences(d, real), within(1e-6));

            AdversarialLoss.r1(d, real).backward();
            double h = 1e-5;
            for (String name : List.of("in.weight", "block.0.first.weight", "block.1.skip.weight", "out.weight", "logit.weight")) {
                Tensor w = d.params().all().get(name);
                double analytic = w.grad().flatten(0, -1).narrow(0, 1, 1).item();
                double numeric = (shifted(d, w, h, real) - shifted(d, w, -h, real)) / (2 * h);
                assertThat(analytic).as(name).isEqualTo(numeric, within(1e-5 * Math.max(1, Math.abs(numeric))));
            }
        }
    }

    private static double shifted(Discriminator3d d, Tensor weight, double by, Tensor real) {
        try (var guard = Grad.off()) {
            Tensor element = weight.flatten(0, -1).narrow(0, 1, 1);
            double before = element.item();
            element.fillInPlace(before + by);
            try (var on = Grad.on()) {
                return AdversarialLoss.r1(d, real).item();
            } finally {
                element.fillInPlace(before);
            }
        }
    }

    /** ‖∇D‖² by central differences along every pixel of the first clip, and its like for the second. */
    private static double gradientNormByDifferences(Discriminator3d d, Tensor real) {
        try (var guard = Grad.off()) {
            double h = 1e-5;
            double sum = 0;
            int pixels = (int) real.select(0, 0).numel();
            for (int clip = 0; clip < 2; clip++) {
                Tensor x = real.narrow(0, clip, 1).repeat(pixels, 1, 1, 1, 1).reshape(pixels, pixels); // one row a pixel
                Tensor step = identity(pixels).mul(h);
                Tensor up = d.logits(x.add(step).reshape(pixels, 3, 3, 8, 8));
                Tensor down = d.logits(x.sub(step).reshape(pixels, 3, 3, 8, 8));
                sum += up.sub(down).div(2 * h).square().sum().item();
            }
            return sum / 2;
        }
    }

    private static Tensor identity(int n) {
        double[] v = new double[n * n];
        for (int i = 0; i < n; i++) {
            v[i * n + i] = 1;
        }
        return Tensor.of(v, n, n);
    }

    @Test
    void theGeneratorsSideReachesThePicturesOnly() {
        try (Discriminator3d d = new Discriminator3d(SMALL, Params.initialise(1, Device.CPU));
                AdversarialLoss loss = new AdversarialLoss(AdversarialLoss.Config.published(), d)) {
            Tensor fake = random.normal(2, 3, 5, 8, 8).requiresGrad(true);
            loss.generator(fake).backward();
            assertThat(fake.grad().abs().sum().item()).isGreaterThan(0);
            assertThat(d.params().tensors()).noneMatch(Tensor::hasGrad).allMatch(Tensor::requiresGrad);
        }
    }

    @Test
    void theDiscriminatorsSideReachesItsWeightsAndAddsR1EveryFewSteps() {
        try (Discriminator3d d = new Discriminator3d(SMALL, Params.initialise(1, Device.CPU));
                AdversarialLoss loss = new AdversarialLoss(new AdversarialLoss.Config(10, 4, 0.1, 0.9), d)) {
            Tensor real = random.normal(2, 3, 5, 8, 8);
            Tensor fake = random.normal(2, 3, 5, 8, 8).requiresGrad(true);
            var with = loss.discriminator(real, fake, 4);
            assertThat(with.parts()).containsKeys("d", "lecam", "r1");
            double expected = with.parts().get("d").item() + 0.1 * with.parts().get("lecam").item() + 40 * with.parts().get("r1").item();
            assertThat(with.loss().item()).isEqualTo(expected, within(1e-4 * Math.abs(expected)));
            with.loss().backward();
            assertThat(d.params().tensors()).allMatch(Tensor::hasGrad);
            assertThat(fake.hasGrad()).isFalse();
            assertThat(loss.discriminator(real, fake, 5).parts()).doesNotContainKey("r1");
        }
    }
}
