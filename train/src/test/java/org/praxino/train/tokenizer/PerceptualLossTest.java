package org.praxino.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.train.eval.MobileNetV2;

@ExtendWith(LeakCheck.class)
class PerceptualLossTest {
    private final RandomStream random = RandomStream.of(9, "perceptual");

    @Test
    void itIsZeroForTheSameVideoAndGrowsWithTheDifference() {
        try (MobileNetV2 network = MobileNetV2.untrained(4)) {
            PerceptualLoss loss = new PerceptualLoss(network::taps, 0);
            Tensor video = random.normal(1, 3, 2, 32, 32).mul(0.3);
            Tensor noise = random.normal(1, 3, 2, 32, 32);
            assertThat(loss.of(video, video).item()).isZero();
            double little = loss.of(video.add(noise.mul(0.01)), video).item();
            double much = loss.of(video.add(noise.mul(0.2)), video).item();
            assertThat(little).isPositive().isLessThan(much);
        }
    }

    @Test
    void itsGradientIsThatOfFiniteDifferencesAndReachesTheReconstructionOnly() {
        try (MobileNetV2 network = MobileNetV2.untrained(4)) {
            PerceptualLoss loss = new PerceptualLoss(network::taps, 0);
            Tensor original = random.normal(1, 3, 1, 32, 32).mul(0.3).requiresGrad(true);
            Tensor ours = original.detach().add(random.normal(1, 3, 1, 32, 32).mul(0.1)).detach().requiresGrad(true);
            loss.of(ours, original).backward();
            assertThat(original.hasGrad()).isFalse();
            Tensor direction = ours.grad().div(Math.sqrt(ours.grad().square().sum().item())).copy();
            double slope = ours.grad().mul(direction).sum().item();
            double h = 5e-3;
            double up = loss.of(ours.detach().add(direction.mul(h)), original).item();
            double down = loss.of(ours.detach().sub(direction.mul(h)), original).item();
            assertThat((up - down) / (2 * h)).isBetween(0.96 * slope, 1.04 * slope);
        }
    }

    @Test
    void framesAreResizedWhenAsked() {
        try (MobileNetV2 network = MobileNetV2.untrained(4)) {
            PerceptualLoss loss = new PerceptualLoss(images -> {
                assertThat(images.shape()).containsExactly(6, 3, 64, 64);
                return network.taps(images);
            }, 64);
            assertThat(loss.of(random.normal(2, 3, 3, 32, 32), random.normal(2, 3, 3, 32, 32)).shape()).isEmpty();
            assertThatThrownBy(() -> loss.of(random.normal(2, 3, 3, 32, 32), random.normal(2, 3, 2, 32, 32)))
                    .isInstanceOf(ShapeException.class);
        }
    }
}
