package org.praxino.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.train.Optimisation;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.Composing;
import org.praxino.train.data.Sample;
import org.praxino.walt.CodecConfig;

@ExtendWith(LeakCheck.class)
class TokenizerObjectiveTest {
    /** A bright square that moves over a dark ground: one clip, whatever is asked. */
    private static final ClipSource SQUARE = new ClipSource() {
        @Override
        public Sample sample(long seed, long index, int frames) {
            byte[] rgb = new byte[frames * 32 * 32 * 3];
            for (int f = 0; f < frames; f++) {
                for (int y = 0; y < 32; y++) {
                    for (int x = 0; x < 32; x++) {
                        boolean in = x >= 4 + 2 * f && x < 16 + 2 * f && y >= 10 && y < 22;
                        int p = ((f * 32 + y) * 32 + x) * 3;
                        rgb[p] = (byte) (in ? 250 : 30);
                        rgb[p + 1] = (byte) (in ? 200 : 60);
                        rgb[p + 2] = (byte) (in ? 20 : 90);
                    }
                }
            }
            return new Sample(rgb, frames, 32, 32, "a square", "square", false);
        }

        @Override
        public int height() {
            return 32;
        }

        @Override
        public int width() {
            return 32;
        }

        @Override
        public double fps() {
            return 12;
        }

        @Override
        public String digest() {
            return "square";
        }
    };

    private static TokenizerTraining training(boolean variational, double kl, long samples) {
        var codec = new CodecConfig(
                2, List.of(8, 16), List.of(true), List.of(1, 3), 1, 1, 1, 0, 4, variational, CodecConfig.Norm.LAYER, false,
                CodecConfig.Padding.FIRST_FRAME, true);
        return new TokenizerTraining(
                codec, 5, 0, 0.2, Composing.PLAIN, new TokenizerLosses(1, 2, 1, 1e-4, kl, 0.02),
                new Optimisation(samples, 1, 1, 1e-2, 10, 60, 0.9, 0.99, 0, 1, 0.95, 1, "fp32"));
    }

    @Test
    void learnsOneClipByHeart(@TempDir Path temp) throws Exception {
        for (boolean variational : new boolean[] {false, true}) {
            var config = training(variational, variational ? 1e-6 : 0, 130);
            Path run = temp.resolve("run" + variational);
            try (var objective = new TokenizerObjective(config, SQUARE, SQUARE, Device.CPU)) {
                new TrainLoop(
                                config.optimisation(), objective, RunFolder.open(run, config),
                                new TrainLoop.Housekeeping(10, 1, 10, 0.2), Device.CPU)
                        .run();
            }
            var lines = Files.readAllLines(run.resolve("stats.jsonl"));
            double mse = Double.parseDouble(lines.getLast().replaceAll(".*\"mse\":([0-9.E-]+).*", "$1"));
            assertThat(mse).isLessThan(0.04); // 20 dB in [-1, 1]; an untrained network is at 0.4
            assertThat(run.resolve("sheets/000000130.png")).exists();
        }
    }

    @Test
    void klIsThatOfTwoNormals() {
        // mean 1, variance e: ½(1 + e − 1 − 1)
        double kl = TokenizerLosses.kl(Tensor.of(new float[] {1}), Tensor.of(new float[] {1})).item();
        assertThat(kl).isCloseTo((Math.E - 1) / 2, within(1e-6));
        assertThat(TokenizerLosses.kl(Tensor.of(new float[] {0}), Tensor.of(new float[] {0})).item()).isZero();
    }

    @Test
    void edgesSeeDifferencesOfNeighboursOnly() {
        assertThat(TokenizerLosses.edges(Tensor.of(new float[] {3, 3, 3, 3}, 2, 2)).item()).isZero();
        assertThat(TokenizerLosses.edges(Tensor.of(new float[] {0, 1, 0, 1}, 2, 2)).item()).isEqualTo(1);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> training(false, 1e-6, 100)).isInstanceOf(ConfigException.class).hasMessageContaining("variational");
        assertThatThrownBy(() -> new TokenizerLosses(1, -2, 0, 0, 0, 0)).isInstanceOf(ConfigException.class).hasMessageContaining("-2");
    }
}
