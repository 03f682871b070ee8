package org.praxino.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class InceptionV3Test {
    private static final int SIZE = 96;

    /** [1, 3, 96, 96]: waves of another length in each channel. */
    private static Tensor waves() {
        float[] pixels = new float[3 * SIZE * SIZE];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    pixels[(c * SIZE + y) * SIZE + x] = (float) Math.sin(0.13 * y + 0.07 * x * (c + 1) + c);
                }
            }
        }
        return Tensor.of(pixels, 1, 3, SIZE, SIZE);
    }

    /** With the published weights, against what TensorFlow.js 4 computed from the same package for the same picture. */
    @Test
    void publishedWeightsGiveTheFeaturesOfTensorFlowJs() {
        double[] norms = {1066.929931640625, 605.5441284179688, 269.60357666015625, 232.75173950195312, 142.59181213378906, 119.85808563232422,
            75.43659210205078, 72.56458282470703, 82.37723541259766, 51.990169525146484, 22.813390731811523, 14.565834045410156, 5.689759731292725};
        try (InceptionV3 network = open()) {
            List<Tensor> taps = network.taps(waves(), norms.length);
            for (int i = 0; i < norms.length; i++) {
                assertThat(Math.sqrt(taps.get(i).square().sum().item())).as("tap %d", i).isEqualTo(norms[i], within(2e-4 * norms[i]));
                assertThat(taps.get(i).size(1)).isEqualTo((long) InceptionV3.TAP_CHANNELS.get(i));
            }
            float[] corner = taps.getFirst().narrow(1, 0, 4).narrow(2, 0, 1).narrow(3, 0, 1).toFloatArray();
            assertThat(corner).containsExactly(new float[] {2.0209997f, 1.9964504f, 8.258897f, 0}, within(1e-4f));
        }
    }

    private static InceptionV3 open() {
        try {
            return NsfwjsWeights.openInception(Device.CPU, List.of());
        } catch (UserException e) {
            Assumptions.abort("no Inception weights here: " + e.getMessage());
            throw e;
        }
    }

    @Test
    void gradientsReachTheImageAndFewTapsNeedSmallImagesOnly() {
        try (InceptionV3 network = InceptionV3.untrained(1)) {
            Tensor images = RandomStream.of(2, "images").normal(1, 3, 27, 27).requiresGrad(true);
            List<Tensor> taps = network.taps(images, 5);
            assertThat(taps).hasSize(5);
            taps.getLast().square().sum().backward();
            assertThat(images.grad().abs().max().item()).isPositive();
            assertThatThrownBy(() -> network.taps(images, 13)).isInstanceOf(ShapeException.class).hasMessageContaining("75x75");
        }
    }
}
