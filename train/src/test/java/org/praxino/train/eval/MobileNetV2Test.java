package org.praxino.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class MobileNetV2Test {
    @TempDir
    Path folder;

    /** [1, 3, 224, 224]: waves of another length in each channel. */
    private static Tensor waves() {
        float[] pixels = new float[3 * 224 * 224];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 224; y++) {
                for (int x = 0; x < 224; x++) {
                    pixels[(c * 224 + y) * 224 + x] = (float) Math.sin(0.13 * y + 0.07 * x * (c + 1) + c);
                }
            }
        }
        return Tensor.of(pixels, 1, 3, 224, 224);
    }

    private static double norm(Tensor t) {
        return Math.sqrt(t.square().sum().item());
    }

    /** With the published weights, against what TensorFlow.js 4 computed from the same package for the same picture. */
    @Test
    void publishedWeightsGiveTheFeaturesOfTensorFlowJs() {
        try (MobileNetV2 network = open()) {
            Tensor features = network.features(waves());
            assertThat(features.shape()).containsExactly(1, MobileNetV2.FEATURES);
            float[] expected = {0.0178555567f, 1.32037258f, 0.457339078f, 0.0f, 0.0f, 0.0f, 0.0205809828f, 2.16313171f, 0.0f, 0.0327696614f, 0.0f, 0.164617345f, 0.371659338f, 0.0f, 0.0f, 0.66933769f};
            assertThat(features.narrow(1, 0, 16).toFloatArray()).containsExactly(expected, within(1e-5f));
            assertThat(norm(features)).isEqualTo(41.315830, within(1e-4));
            double[] norms = {1486.4376, 2802.2817, 1728.1860, 501.52872, 250.52854};
            List<Tensor> taps = network.taps(waves());
            for (int i = 0; i < norms.length; i++) {
                assertThat(norm(taps.get(i))).isEqualTo(norms[i], within(1e-5 * norms[i]));
            }
            assertThat(network.weights()).isEqualTo(4_300_775 - 1792 * 5 - 5 - 2); // without classifier and input scaling
        }
    }

    private static MobileNetV2 open() {
        try {
            return NsfwjsWeights.open(Device.CPU, List.of());
        } catch (UserException offline) {
            return Assumptions.abort("the npm package is not to be had here: " + offline.getMessage());
        }
    }

    @Test
    void shapesFollowTheSizeOfThePictures() {
        try (MobileNetV2 network = MobileNetV2.untrained(1)) {
            RandomStream random = RandomStream.of(1, "images");
            assertThat(network.features(random.normal(2, 3, 64, 96)).shape()).containsExactly(2, 1792);
            List<Tensor> taps = network.taps(random.normal(1, 3, 65, 32));
            assertThat(taps).hasSize(5);
            assertThat(taps.stream().map(t -> (int) t.size(1)).toList()).isEqualTo(MobileNetV2.TAP_CHANNELS);
            assertThat(taps.get(0).shape()).containsExactly(1, 48, 33, 16);
            assertThat(taps.get(4).shape()).containsExactly(1, 448, 3, 1);
            assertThatThrownBy(() -> network.features(random.normal(1, 3, 16, 64))).isInstanceOf(ShapeException.class);
        }
    }

    @Test
    void gradientsReachThePicturesAndNotTheWeights() {
        try (MobileNetV2 network = MobileNetV2.untrained(1)) {
            Tensor image = RandomStream.of(1, "images").normal(1, 3, 32, 32).requiresGrad(true);
            network.taps(image).getLast().square().mean().backward();
            assertThat(norm(image.grad())).isGreaterThan(0).isFinite();
        }
    }

    @Test
    void anotherPackageIsRefusedByItsHash() throws Exception {
        java.nio.file.Files.writeString(folder.resolve("nsfwjs-4.3.0.tgz"), "something else");
        assertThatThrownBy(() -> NsfwjsWeights.locate(NsfwjsWeights.Network.MOBILENET_V2_MID, folder.resolve("cache"), List.of(folder)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("4496790efc9b");
    }
}
