package org.praxino.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightException;
import org.praxino.tensor.WeightSource;
import org.praxino.train.Objective;
import org.praxino.train.Optimisation;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.Sample;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.run.TokenizerRun;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.WaltCodec;

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

    private static TokenizerTraining training(
            boolean variational, double kl, long samples, @Nullable AdversarialTraining adversarial) {
        var codec = new CodecConfig(
                2, List.of(8, 16), List.of(true), List.of(1, 3), 1, 1, 1, 0, 4, variational, CodecConfig.Norm.LAYER, false,
                CodecConfig.Padding.FIRST_FRAME, true);
        return new TokenizerTraining(
                codec, 5, 0, 1, 0.2, false, CompositionPreset.PLAIN, new TokenizerLosses(1, 2, 1, 1, 1e-4, kl, 0.02), null, null, adversarial,
                new Optimisation(samples, 1, 1, 1e-2, 10, 60, 0.9, 0.99, 0, 1, 0.95, 1, "fp32", null));
    }

    @Test
    void overfitsOneClip(@TempDir Path temp) throws Exception {
        for (boolean variational : new boolean[] {false, true}) {
            var config = training(variational, variational ? 1e-6 : 0, 130, null);
            Path run = temp.resolve("run" + variational);
            try (var objective = new TokenizerObjective(config, null, SQUARE, SQUARE, Device.CPU)) {
                new TrainLoop(
                                config.optimisation(), objective, RunFolder.open(run, config),
                                new TrainLoop.Intervals(10, 1, 10, 0.2), Device.CPU)
                        .run();
            }
            var lines = Files.readAllLines(run.resolve("stats.jsonl"));
            double mse = Double.parseDouble(lines.getLast().replaceAll(".*\"mse\":([0-9.E-]+).*", "$1"));
            assertThat(mse).isLessThan(0.04); // 20 dB in [-1, 1]; an untrained network is at 0.4
            assertThat(run.resolve("sheets/000000130.png")).exists();
        }
    }

    @Test
    void theDiscriminatorTakesTurnsAndResumesBitEqual(@TempDir Path temp) {
        var adversarial = new AdversarialTraining(
                0.1, 4, 1e-3, 10, new DiscriminatorConfig(4, List.of(2, 2), 8, 32, 32), new AdversarialLoss.Config(10, 2, 0.001, 0.9));
        var config = training(false, 0, 130, adversarial);
        for (String name : List.of("whole", "pieces")) {
            for (long until : name.equals("whole") ? new long[] {12} : new long[] {7, 12}) {
                try (var objective = new TokenizerObjective(config, null, SQUARE, SQUARE, Device.CPU)) {
                    var loop = new TrainLoop[1];
                    var counting = new Stopping(objective, until, () -> loop[0].stop());
                    loop[0] = new TrainLoop(
                            config.optimisation(), counting, RunFolder.open(temp.resolve(name), config),
                            new TrainLoop.Intervals(10, 1, 10, 0.2), Device.CPU);
                    assertThat(loop[0].run()).isEqualTo(TrainLoop.End.STOPPED);
                }
            }
        }
        var last = RunFolder.openExisting(temp.resolve("whole")).latest().orElseThrow().path();
        var same = RunFolder.openExisting(temp.resolve("pieces")).latest().orElseThrow().path();
        for (String file : List.of("weights", "ema", "optimizer", "objective")) {
            assertThat(same.resolve(file + ".safetensors")).hasSameBinaryContentAs(last.resolve(file + ".safetensors"));
        }
    }

    private static TokenizerTraining frozen(TokenizerTraining t) {
        return new TokenizerTraining(
                t.codec(), t.frames(), t.crop(), t.cropCandidates(), t.images(), true, t.composition(), t.losses(), t.equivariance(), t.perceptual(), t.adversarial(),
                t.optimisation());
    }

    @Test
    void aFrozenEncoderAndItsLatentsStayAsTheyWereToTheBit(@TempDir Path temp) {
        var config = frozen(training(false, 0, 130, null));
        try (var scope = Scope.open("frozen");
                var before = new WaltCodec(config.codec(), Params.initialise(9, Device.CPU))) {
            Tensor video = RandomStream.of(3, "video").normal(1, 3, 5, 32, 32).clamp(-1, 1);
            before.measureStatistics(List.of(before.encodeRaw(video).detach()));
            try (var objective = new TokenizerObjective(config, new TensorMap(before.params().all()), SQUARE, SQUARE, Device.CPU)) {
                var loop = new TrainLoop[1];
                var counting = new Stopping(objective, 6, () -> loop[0].stop());
                loop[0] = new TrainLoop(
                        config.optimisation(), counting, RunFolder.open(temp, config), new TrainLoop.Intervals(10, 1, 10, 0.2), Device.CPU);
                loop[0].run();
            }
            var saved = RunFolder.openExisting(temp).latest().orElseThrow();
            try (var weights = saved.weights();
                    var averages = saved.ema();
                    var after = new WaltCodec(config.codec(), Params.load(averages, Device.CPU, DType.F32, "averages"))) {
                before.params().all().forEach((name, w) -> {
                    boolean decoders = name.startsWith("decoder.");
                    assertThat(weights.read(name).toFloatArray()).as(name).satisfies(f ->
                            assertThat(Arrays.equals(f, w.toFloatArray())).isNotEqualTo(decoders));
                    assertThat(averages.read(name).toFloatArray()).as(name).satisfies(f ->
                            assertThat(Arrays.equals(f, w.toFloatArray())).isNotEqualTo(decoders));
                });
                assertThat(after.encode(video).toFloatArray()).isEqualTo(before.encode(video).toFloatArray());
            }
        }
    }

    @Test
    void aFrozenEncoderMustBeGivenWhole() {
        var config = frozen(training(false, 0, 130, null));
        assertThatThrownBy(() -> new TokenizerObjective(config, null, SQUARE, SQUARE, Device.CPU)).isInstanceOf(WeightException.class)
                .hasMessageContaining("encoder.conv_in").hasMessageContaining("latent.mean");
        assertThatThrownBy(() -> new TokenizerRun("run", null, "data", new TrainLoop.Intervals(1, 1, 1, 1), config))
                .isInstanceOf(ConfigException.class).hasMessageContaining("needs start");
    }

    /** Stops the loop after so many samples. */
    private record Stopping(TokenizerObjective of, long until, Runnable stop) implements Objective {
        @Override
        public Params params() {
            return of.params();
        }

        @Override
        public List<Tensor> learnable() {
            return of.learnable();
        }

        @Override
        public LossTerms loss(long first, int count) {
            return of.loss(first, count);
        }

        @Override
        public double flopsPerSample() {
            return of.flopsPerSample();
        }

        @Override
        public void afterUpdate(long samples) {
            of.afterUpdate(samples);
            if (samples >= until) {
                stop.run();
            }
        }

        @Override
        public Map<String, Tensor> state() {
            return of.state();
        }

        @Override
        public void restore(WeightSource state) {
            of.restore(state);
        }

        @Override
        public void sheet(Path png) {}

        @Override
        public String dataDigest() {
            return of.dataDigest();
        }

        @Override
        public void close() {}
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
    void aCropMustFitTheClips() {
        var t = training(false, 0, 130, null);
        var config = new TokenizerTraining(
                t.codec(), 5, 64, 1, 0.2, false, t.composition(), t.losses(), null, null, null, t.optimisation());
        assertThatThrownBy(() -> new TokenizerObjective(config, null, SQUARE, SQUARE, Device.CPU)).isInstanceOf(ConfigException.class)
                .hasMessage("crop=64 is larger than the clips, which are 32x32");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> training(false, 1e-6, 130, null)).isInstanceOf(ConfigException.class).hasMessageContaining("variational");
        assertThatThrownBy(() -> new TokenizerLosses(1, -2, 0, 0, 0, 0, 0)).isInstanceOf(ConfigException.class).hasMessageContaining("-2");
    }
}
