package org.praxino.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.train.eval.FeatureStatistics.Covariance;

@ExtendWith(LeakCheck.class)
class MetricsTest {

    /** [1, 3, 1, 24, 20] waves; with {@code damaged} at 0.9 of the contrast and with a ripple across. */
    private static Tensor waves(boolean damaged) {
        float[] v = new float[3 * 24 * 20];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 24; y++) {
                for (int x = 0; x < 20; x++) {
                    double wave = Math.sin(0.4 * y + 0.3 * x * (c + 1));
                    v[(c * 24 + y) * 20 + x] = (float) (damaged ? 0.9 * wave + 0.1 * Math.cos(1.7 * x) : wave);
                }
            }
        }
        return Tensor.of(v, 1, 3, 1, 24, 20);
    }

    @Test
    void psnrAndSsimAgreeWithTheirFormulasInNumpy() {
        assertThat(Psnr.mean(waves(true), waves(false))).isEqualTo(26.05690642337212, within(1e-4));
        assertThat(Ssim.mean(waves(true), waves(false))).isEqualTo(0.9823028191541182, within(1e-6));
        assertThat(Psnr.mean(waves(false), waves(false))).isEqualTo(Psnr.MAX);
        assertThat(Ssim.mean(waves(false), waves(false))).isEqualTo(1, within(1e-6));
    }

    @Test
    void framesAreScoredOneByOneAndThenAveraged() {
        Tensor a = Tensor.zeros(DType.F32, Device.CPU, 2, 3, 2, 12, 12);
        Tensor near = Tensor.full(0.2, DType.F32, Device.CPU, 2, 3, 1, 12, 12); // 0.1 of the range: 20 dB
        Tensor far = Tensor.full(2, DType.F32, Device.CPU, 2, 3, 1, 12, 12); // all of it: 0 dB
        double[] each = Psnr.perFrame(a, Tensor.cat(2, near, far));
        assertThat(each).containsExactly(new double[] {20, 0, 20, 0}, within(1e-5));
        assertThat(Psnr.mean(a, Tensor.cat(2, near, far))).isEqualTo(10, within(1e-5));
        assertThat(Ssim.perFrame(a, Tensor.cat(2, near, far))).hasSize(4);
        assertThatThrownBy(() -> Psnr.mean(a, near)).isInstanceOf(ShapeException.class);
    }

    @Test
    void motionIsTheMeanStepBetweenFrames() {
        Tensor ramp = Tensor.of(new float[] {0, 0.2f, 0.1f, 0, 0.2f, 0.1f, 0, 0.2f, 0.1f}, 3, 3, 1, 1);
        assertThat(MotionEnergy.of(ramp)).isEqualTo(127.5 * 0.15, within(1e-4));
        assertThat(MotionEnergy.of(Tensor.ones(DType.F32, Device.CPU, 3, 5, 4, 4))).isZero();
        assertThatThrownBy(() -> MotionEnergy.of(ramp.narrow(1, 0, 1))).isInstanceOf(ShapeException.class);
    }

    /** Vectors ±√d·σᵢ·eᵢ + μ have mean μ and, over N = 2d of them, population covariance diag(σ²). */
    private static Tensor cross(double[] sigma, double[] mean, int times) {
        int d = sigma.length;
        double[] v = new double[times * 2 * d * d];
        for (int row = 0; row < times * 2 * d; row++) {
            for (int i = 0; i < d; i++) {
                v[row * d + i] = mean[i] + (row % d == i ? (row / d % 2 == 0 ? 1 : -1) * Math.sqrt(d) * sigma[i] : 0);
            }
        }
        return Tensor.of(v, times * 2L * d, d);
    }

    @Test
    void frechetDistanceOfDiagonalGaussiansIsKnownInClosedForm() {
        double expected = 5 + 1 + 0 + 1; // of the means, then (σ₁ − σ₂)² of each dimension
        try (var a = new FeatureStatistics(3);
                var b = new FeatureStatistics(3)) {
            a.add(cross(new double[] {2, 1, 0.5}, new double[] {0, 1, 2}, 1));
            b.add(cross(new double[] {1, 1, 1.5}, new double[] {1, 1, 0}, 4));
            assertThat(FrechetDistance.of(a, b, Covariance.POPULATION)).isEqualTo(expected, within(1e-9));
            assertThat(FrechetDistance.of(b, a, Covariance.POPULATION)).isEqualTo(expected, within(1e-9));
        }
    }

    @Test
    void statisticsAreTheSameInOneBatchOrInMany() {
        Tensor x = RandomStream.of(1, "features").normal(50, 6);
        try (var whole = new FeatureStatistics(6);
                var parts = new FeatureStatistics(6)) {
            whole.add(x);
            parts.add(x.narrow(0, 0, 13));
            parts.add(x.narrow(0, 13, 37));
            assertThat(FrechetDistance.of(whole, parts, Covariance.UNBIASED)).isEqualTo(0, within(1e-9));
            Tensor centred = x.to(DType.F64).sub(x.to(DType.F64).mean(true, 0));
            Tensor expected = centred.transpose(0, 1).matmul(centred);
            assertThat(whole.covariance(Covariance.UNBIASED).sub(expected.div(49)).abs().max().item()).isLessThan(1e-12);
            assertThat(whole.covariance(Covariance.POPULATION).sub(expected.div(50)).abs().max().item()).isLessThan(1e-12);
        }
        try (var none = new FeatureStatistics(6)) {
            assertThatThrownBy(none::mean).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void fewerVectorsThanDimensionsStillHaveADistance() {
        RandomStream random = RandomStream.of(2, "few");
        try (var a = new FeatureStatistics(40);
                var b = new FeatureStatistics(40)) {
            a.add(random.normal(10, 40));
            b.add(random.normal(10, 40).add(3));
            assertThat(FrechetDistance.of(a, b, Covariance.UNBIASED)).isBetween(300.0, 500.0);
            assertThat(FrechetDistance.of(a, a, Covariance.UNBIASED)).isEqualTo(0, within(1e-5));
        }
    }
}
