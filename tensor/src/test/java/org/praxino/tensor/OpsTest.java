package org.praxino.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class OpsTest {
    private final RandomStream random = RandomStream.of(3, "ops");

    private static double distance(Tensor a, Tensor b) {
        return Math.sqrt(a.sub(b).square().sum().item()) / Math.sqrt(b.square().sum().item());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 15, 16, 300})
    void linearIsTheMatrixProductOnEveryPath(long tokens) {
        Tensor x = random.normal(2, tokens, 24);
        Tensor w = random.normal(40, 24);
        Tensor b = random.normal(40);
        Tensor y = Ops.linear(x, w, b);
        assertThat(y.shape()).containsExactly(2, tokens, 40);
        assertThat(distance(y, x.matmul(w.transpose(0, 1)).add(b))).isLessThan(1e-6);
        assertThat(distance(Ops.linear(x, w, null), x.matmul(w.transpose(0, 1)))).isLessThan(1e-6);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 16, 300})
    void aPackedLayerIsTheSameLayer(long tokens) {
        Tensor x = random.normal(2, tokens, 24);
        Tensor w = random.normal(40, 24);
        Tensor b = random.normal(40);
        Tensor expected = x.matmul(w.transpose(0, 1)).add(b);
        try (var guard = Grad.off();
                var packed = PackedLinear.of(w, b);
                var bare = PackedLinear.of(w, null)) {
            assertThat(packed).as("this libtorch has oneDNN").isNotNull();
            assertThat(packed.apply(x).shape()).containsExactly(2, tokens, 40);
            assertThat(distance(packed.apply(x), expected)).isLessThan(1e-6);
            assertThat(distance(packed.apply(x.transpose(0, 1)), expected.transpose(0, 1))).isLessThan(1e-6);
            assertThat(distance(packed.applyGeluTanh(x), expected.geluTanh())).isLessThan(1e-6);
            assertThat(distance(bare.apply(x), expected.sub(b))).isLessThan(1e-6);
            assertThat(packed.apply(x).sameAs(packed.apply(x))).isTrue();
        }
        assertThat(PackedLinear.of(w.to(DType.BF16), null)).isNull();
    }

    @Test
    void geluIsTheSameWithAndWithoutAGradient() {
        Tensor x = Tensor.cat(0, random.normal(500).mul(4), Tensor.of(new float[] {0, -0f, 1e-6f, -1e-6f, 30, -30, 1e10f, -1e10f}));
        Tensor own = x.geluTanh(); // libtorch's kernel
        try (var guard = Grad.off()) {
            assertThat(x.geluTanh().sub(own).abs().div(x.abs().add(1e-3)).amax(true, 0).item()).isLessThan(1e-6);
            assertThat(x.to(DType.BF16).geluTanh().dtype()).isEqualTo(DType.BF16);
        }
    }

    @Test
    void conv3dTapByTapIsConv3d() {
        Tensor x = random.normal(2, 5, 6, 7, 8); // [B, T, H, W, C]
        Tensor w = random.normal(9, 8, 3, 3, 3);
        Tensor b = random.normal(9);
        long[] padding = {0, 1, 1};
        for (long[] stride : new long[][] {{1, 1, 1}, {1, 2, 2}}) {
            Tensor whole = Ops.conv3d(x.permute(0, 4, 1, 2, 3).contiguous(), w, b, stride, padding);
            try (var guard = Grad.off()) {
                Tensor taps = Ops.conv3d(x.permute(0, 4, 1, 2, 3), w, b, stride, padding);
                assertThat(taps.shape()).containsExactly(whole.shape());
                assertThat(distance(taps, whole)).isLessThan(1e-6);
                Tensor one = Ops.conv3d(x.permute(0, 4, 1, 2, 3).narrow(0, 1, 1), w, null, stride, padding);
                assertThat(distance(one, whole.narrow(0, 1, 1).sub(b.reshape(-1, 1, 1, 1)))).isLessThan(1e-6);
            }
        }
    }

    @Test
    void aPackedConvolutionIsTheSameConvolution() {
        Tensor x = random.normal(2, 5, 6, 7, 8); // [B, T, H, W, C]
        for (long taps : new long[] {1, 3}) {
            Tensor w = random.normal(9, 8, taps, 3, 3);
            Tensor b = random.normal(9);
            Tensor expected = Ops.conv3d(x.permute(0, 4, 1, 2, 3).contiguous(), w, b, new long[] {1, 1, 1}, new long[] {0, 1, 1}).permute(0, 2, 3, 4, 1);
            try (var guard = Grad.off();
                    var packed = PackedConv.of(w, b);
                    var bare = PackedConv.of(w, null)) {
                assertThat(packed).as("this libtorch has oneDNN").isNotNull();
                assertThat(packed.apply(x).shape()).containsExactly(2, 6 - taps, 6, 7, 9);
                assertThat(distance(packed.apply(x), expected)).isLessThan(1e-6);
                assertThat(distance(bare.apply(x), expected.sub(b))).isLessThan(1e-6);
                assertThat(distance(packed.apply(x.narrow(1, 1, taps)), expected.narrow(1, 1, 1))).isLessThan(1e-6);
                assertThat(packed.apply(x).sameAs(packed.apply(x))).isTrue();
                assertThat(packed.apply(x.transpose(2, 3))).as("pictures of another size").isNull();
            }
            assertThat(PackedConv.of(w.to(DType.BF16), null)).isNull();
        }
    }

    @Test
    void linearHasTheGradientsOfTheMatrixProduct() {
        Tensor x = random.normal(64, 8);
        Tensor w = random.normal(5, 8).requiresGrad(true);
        Tensor b = random.normal(5).requiresGrad(true);
        Tensor g = random.normal(64, 5);
        Ops.linear(x, w, b).mul(g).sum().backward();
        assertThat(distance(w.grad(), g.transpose(0, 1).matmul(x))).isLessThan(1e-6);
        assertThat(distance(b.grad(), g.sum(false, 0))).isLessThan(1e-6);
    }

    @Test
    void attentionIsSoftmaxOfScaledScores() {
        Tensor q = random.normal(2, 3, 7, 8);
        Tensor k = random.normal(2, 3, 9, 8);
        Tensor v = random.normal(2, 3, 9, 8);
        Tensor bias = random.normal(3, 7, 9);
        Tensor expected = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(8)).add(bias).softmax(-1).matmul(v);
        assertThat(distance(Ops.attention(q, k, v, bias), expected)).isLessThan(1e-6);
        Tensor learnt = bias.copy().requiresGrad(true);
        assertThat(distance(Ops.attention(q, k, v, learnt), expected)).isLessThan(1e-6);
        Tensor half = Ops.attention(q.to(DType.BF16), k.to(DType.BF16), v.to(DType.BF16), bias.to(DType.BF16));
        assertThat(half.dtype()).isEqualTo(DType.BF16);
        assertThat(distance(half.to(DType.F32), expected)).isLessThan(2e-2);
    }

    @Test
    void adamWFollowsItsFormula() {
        try (var params = Params.initialise(1, Device.CPU)) {
            Tensor w = params.get("w", new Init.Constant(1), 1, 1);
            params.trainable(true);
            try (var adam = new AdamW(params, new AdamW.Settings(0.9, 0.99, 1e-8, 0.1))) {
                double x = 1;
                double m = 0;
                double v = 0;
                for (int t = 1; t <= 5; t++) {
                    w.mul(w).sum().backward();
                    adam.step(0.01);
                    Gradients.clear(params.tensors());
                    double g = 2 * x;
                    m = 0.9 * m + 0.1 * g;
                    v = 0.99 * v + 0.01 * g * g;
                    x = x * (1 - 0.01 * 0.1)
                            - 0.01 * (m / (1 - Math.pow(0.9, t))) / (Math.sqrt(v / (1 - Math.pow(0.99, t))) + 1e-8);
                    assertThat(w.item()).isCloseTo(x, org.assertj.core.api.Assertions.within(1e-6));
                }
                assertThat(adam.state()).containsOnlyKeys("w.mean", "w.square");
            }
        }
    }

    @Test
    void emaSwapsInAndOutAgain() {
        try (var params = Params.initialise(1, Device.CPU)) {
            Tensor w = params.get("w", Init.ones(), 2);
            try (var ema = new Ema(params)) {
                w.fillInPlace(3);
                ema.update(0.75);
                ema.swap();
                assertThat(w.toFloatArray()).containsExactly(1.5f, 1.5f);
                ema.swap();
                assertThat(w.toFloatArray()).containsExactly(3, 3);
            }
        }
    }

    @Test
    void clippingScalesToTheLimitAndReportsTheNormBefore() {
        Tensor a = Tensor.zeros(DType.F32, Device.CPU, 2).requiresGrad(true);
        a.mul(Tensor.of(new float[] {3, 4})).sum().backward();
        assertThat(Gradients.clip(List.of(a), 1)).isEqualTo(5);
        assertThat(a.grad().toFloatArray()).containsExactly(0.6f, 0.8f);
    }

    @Test
    void secondDerivativesWork() {
        Tensor x = Tensor.of(new float[] {2}).requiresGrad(true);
        Tensor y = x.mul(x).mul(x).sum();
        Tensor dy = Grad.of(y, List.of(x), true).getFirst(); // 3x²
        dy.sum().backward(); // 6x
        assertThat(x.grad().item()).isEqualTo(12);
    }

    @Test
    void streamsAreNamedAndRepeatable() {
        assertThat(RandomStream.of(7, "a").normal(5).sameAs(RandomStream.of(7, "a").normal(5))).isTrue();
        assertThat(RandomStream.of(7, "a").normal(5).sameAs(RandomStream.of(7, "b").normal(5))).isFalse();
        assertThat(RandomStream.of(7, "a", 1).normal(5).sameAs(RandomStream.of(7, "a", 2).normal(5))).isFalse();
        Tensor many = RandomStream.of(1, "moments").normal(100_000);
        assertThat(many.mean().item()).isBetween(-0.02, 0.02);
        assertThat(many.square().mean().item()).isBetween(0.98, 1.02);
    }
}
