package org.praxino.walt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.KvCache;
import org.praxino.diffusion.Process;
import org.praxino.io.Json;
import org.praxino.nn.RotaryEmbedding;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.walt.WaltConfig.Cross;
import org.praxino.walt.WaltConfig.QkNorm;
import org.praxino.walt.WaltConfig.SpacePosition;
import org.praxino.walt.WaltConfig.TimePosition;

/** Sine-cosine position tables, axial rotary embeddings and normalised text: what they compute, and that streams still equal clips. */
@ExtendWith(LeakCheck.class)
class AxialRotaryTest {
    private static final int FRAMES = 6;

    /** 4×4 tokens of patch 2, windows of 2×2. */
    private static WaltConfig config(int layers) {
        return new WaltConfig(
                new WaltConfig.TokenGrid(3, FRAMES, 4, 4, 2), new WaltConfig.Width(32, layers, 2, 64, 4),
                new WaltConfig.Windows(2, 2, TimePosition.ROTARY, SpacePosition.AXIAL_ROTARY, false, QkNorm.RMS),
                new WaltConfig.Text(6, Cross.SPATIAL, 2, true, true), 0, new WaltConfig.Inputs(false, false, false));
    }

    private static Tensor normal(String name, long... shape) {
        return RandomStream.of(2, name).normal(shape);
    }

    private static Condition text(double scale, double shift) {
        return new Condition.Text(normal("text", 2, 4, 6).mul(scale).add(shift), Tensor.of(new float[] {1, 1, 1, 1, 1, 1, 0, 0}, 2, 4));
    }

    private static DenoiserInput input(Tensor clip, double level) {
        return DenoiserInput.clips(clip, Levels.all(level, 2, (int) clip.size(2)), text(1, 0));
    }

    private static Tensor block(WaltTransformer network, KvCache cache, Tensor frames, double level, boolean write) {
        return network.predict(input(frames, level).withFirstFrame(cache.next()), new AttentionPolicy.Cached(cache, write));
    }

    private static double distance(Tensor a, Tensor b) {
        assertThat(a.shape()).containsExactly(b.shape());
        return Math.sqrt(a.sub(b).square().sum().item() / b.square().sum().item());
    }

    @Test
    void everyAxisTurnsItsOwnPairs() {
        double[] angles = { // 32 channels are 16 pairs: 4 for time, 6 for rows, 6 for columns
            2, 2 * Math.pow(100, -0.25), 2 * Math.pow(100, -0.5), 2 * Math.pow(100, -0.75),
            1, Math.pow(100, -1 / 6.0), Math.pow(100, -2 / 6.0), Math.pow(100, -3 / 6.0), Math.pow(100, -4 / 6.0), Math.pow(100, -5 / 6.0),
            3, 3 * Math.pow(100, -1 / 6.0), 3 * Math.pow(100, -2 / 6.0), 3 * Math.pow(100, -3 / 6.0), 3 * Math.pow(100, -4 / 6.0),
            3 * Math.pow(100, -5 / 6.0)
        };
        Tensor x = normal("x", 1, 3 * 2 * 4, 1, 32);
        RotaryEmbedding rotary = RotaryEmbedding.axial(new double[] {0, 1, 2}, new double[] {0, 1}, new double[] {0, 1, 2, 3}, 32, 100, Device.CPU);
        float[] before = x.narrow(1, 23, 1).contiguous().toFloatArray(); // frame 2, row 1, column 3
        float[] after = rotary.apply(x).narrow(1, 23, 1).contiguous().toFloatArray();
        for (int j = 0; j < 16; j++) {
            double a = before[j];
            double b = before[j + 16];
            assertThat((double) after[j]).isCloseTo(a * Math.cos(angles[j]) - b * Math.sin(angles[j]), within(1e-5));
            assertThat((double) after[j + 16]).isCloseTo(a * Math.sin(angles[j]) + b * Math.cos(angles[j]), within(1e-5));
        }
        assertThat(rotary.apply(x).narrow(1, 0, 1).sub(x.narrow(1, 0, 1)).abs().max().item()).as("the first token stays").isZero();
        assertThatThrownBy(() -> RotaryEmbedding.axial(new double[1], new double[1], new double[1], 6, 100, Device.CPU)).isInstanceOf(ConfigException.class);
    }

    @Test
    void shiftingAWholeWindowChangesNoScore() {
        Tensor q = normal("q", 1, 18, 1, 32);
        Tensor k = normal("k", 1, 18, 1, 32);
        Tensor here = scores(RotaryEmbedding.axial(new double[] {0, 1}, new double[] {0, 1, 2}, new double[] {0, 1, 2}, 32, 100, Device.CPU), q, k);
        Tensor there = scores(RotaryEmbedding.axial(new double[] {5, 6}, new double[] {7, 8, 9}, new double[] {3, 4, 5}, 32, 100, Device.CPU), q, k);
        assertThat(distance(there, here)).isLessThan(1e-5);
        Tensor wider = scores(RotaryEmbedding.axial(new double[] {0, 1}, new double[] {0, 1, 2}, new double[] {0, 2, 4}, 32, 100, Device.CPU), q, k);
        assertThat(distance(wider, here)).isGreaterThan(1e-2);
    }

    private static Tensor scores(RotaryEmbedding rotary, Tensor q, Tensor k) {
        return rotary.apply(q).transpose(1, 2).matmul(rotary.apply(k).transpose(1, 2).transpose(-2, -1)); // [1, 1, L, L]
    }

    @Test
    void theTableStartsWithSinesAndCosinesOfRowAndColumn() {
        WaltConfig c = new WaltConfig(
                new WaltConfig.TokenGrid(3, FRAMES, 2, 4, 2), new WaltConfig.Width(32, 2, 2, 64, 4),
                new WaltConfig.Windows(2, 2, TimePosition.ROTARY, SpacePosition.AXIAL_ROTARY, false, QkNorm.RMS),
                WaltConfig.Text.NONE, 0, new WaltConfig.Inputs(false, false, false));
        try (var network = new WaltTransformer(c, Params.initialise(1, Device.CPU))) {
            float[] table = network.params().all().get("position.space").toFloatArray(); // [2·4, 32]
            int token = 1 * 4 + 3;
            for (int j = 0; j < 8; j++) {
                double speed = Math.pow(10_000, -j / 8.0);
                double[] expected = {Math.sin(speed), Math.cos(speed), Math.sin(3 * speed), Math.cos(3 * speed)};
                for (int part = 0; part < 4; part++) {
                    assertThat((double) table[token * 32 + part * 8 + j]).isCloseTo(expected[part], within(1e-6));
                }
            }
        }
    }

    @Test
    void theRotationIsInEveryLayer() {
        for (int layer = 0; layer < 2; layer++) { // one inside a frame, one over time
            try (var axial = WaltTransformerTest.network(config(layer + 1));
                    var plain = new WaltTransformer(plain(layer + 1), Params.initialise(11, Device.CPU))) {
                plain.params().all().forEach((name, w) -> w.copyFrom(axial.params().all().get(name)));
                if (layer == 1) { // the first layer adds nothing
                    for (var network : List.of(axial, plain)) {
                        network.params().all().get("layers.0.attention.out.weight").fillInPlace(0);
                    }
                }
                DenoiserInput in = input(normal("clip", 2, 3, 2, 8, 8), 500);
                assertThat(distance(axial.predict(in, AttentionPolicy.FULL), plain.predict(in, AttentionPolicy.FULL))).isGreaterThan(1e-3);
            }
        }
    }

    /** The same weights without an axial rotary embedding. */
    private static WaltConfig plain(int layers) {
        return new WaltConfig(
                new WaltConfig.TokenGrid(3, FRAMES, 4, 4, 2), new WaltConfig.Width(32, layers, 2, 64, 4),
                new WaltConfig.Windows(2, 2, TimePosition.ROTARY, SpacePosition.LEARNED, false, QkNorm.RMS),
                new WaltConfig.Text(6, Cross.SPATIAL, 2, true, true), 0, new WaltConfig.Inputs(false, false, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void blockByBlockEqualsTheWholeClip(int frames) {
        try (var network = WaltTransformerTest.network(config(4));
                var cache = network.openCache(2, 8, 8, 1, FRAMES)) {
            Tensor clip = normal("clip", 2, 3, FRAMES, 8, 8);
            Tensor whole = network.predict(input(clip, 300), new AttentionPolicy.BlockCausal(frames));
            var blocks = new ArrayList<Tensor>();
            for (int f = 0; f < FRAMES; f += frames) {
                Tensor looked;
                try (var off = Grad.off()) {
                    looked = block(network, cache, clip.narrow(2, f, frames), 300, false);
                }
                blocks.add(block(network, cache, clip.narrow(2, f, frames), 300, true));
                assertThat(distance(looked, blocks.getLast())).isLessThan(1e-6);
            }
            assertThat(distance(Tensor.cat(blocks, 2), whole)).isLessThan(1e-5);
        }
    }

    /** With one layer over time keys depend on their own frame alone, so a stream can be compared with a clip of what it still holds. */
    @Test
    void framesAreCountedAmongThoseThatAreHeld() {
        try (var off = Grad.off();
                var network = WaltTransformerTest.network(config(2));
                var cache = network.openCache(2, 8, 8, 1, 2)) {
            Tensor clip = normal("clip", 2, 3, 20, 8, 8);
            Tensor last = null;
            for (int f = 0; f < 20; f++) {
                last = block(network, cache, clip.narrow(2, f, 1), 300, true);
            }
            Tensor held = Tensor.cat(2, clip.narrow(2, 0, 1), clip.narrow(2, 17, 3));
            Tensor whole = network.predict(input(held, 300), new AttentionPolicy.BlockCausal(1));
            assertThat(distance(last, whole.narrow(2, 3, 1))).isLessThan(1e-5);
        }
    }

    @Test
    void aLaterBlockNeverChangesAnEarlierOne() {
        try (var network = WaltTransformerTest.network(config(4))) {
            Tensor clip = normal("clip", 2, 3, 5, 8, 8);
            Tensor other = Tensor.cat(2, clip.narrow(2, 0, 3), normal("other", 2, 3, 2, 8, 8));
            Tensor a = network.predict(input(clip, 300), new AttentionPolicy.BlockCausal(1));
            Tensor b = network.predict(input(other, 300), new AttentionPolicy.BlockCausal(1));
            assertThat(a.narrow(2, 0, 3).contiguous().sameAs(b.narrow(2, 0, 3).contiguous())).isTrue();
            assertThat(distance(b.narrow(2, 3, 2), a.narrow(2, 3, 2))).isGreaterThan(1e-2);
        }
    }

    @Test
    void whitenedTextIsTheSameAtAnyScale() {
        try (var off = Grad.off();
                var network = WaltTransformerTest.network(config(2))) {
            DenoiserInput in = input(normal("clip", 2, 3, 2, 8, 8), 500);
            var text = (Condition.Text) text(1, 0);
            network.setTextStatistics(text.states(), text.mask());
            Tensor expected = network.predict(in, AttentionPolicy.FULL);
            var other = (Condition.Text) text(4, 2); // bf16 statistics: near, not equal
            assertThat(distance(network.predict(in.withCondition(other), AttentionPolicy.FULL), expected)).isGreaterThan(0.03);
            network.setTextStatistics(other.states(), other.mask());
            assertThat(distance(network.predict(in.withCondition(other), AttentionPolicy.FULL), expected)).isLessThan(0.02);
            Tensor real = text.states().reshape(8, 6).indexSelect(0, Tensor.of(new long[] {0, 1, 2, 3, 4, 5}));
            network.setTextStatistics(text.states(), text.mask());
            float[] mean = real.mean(false, 0).toFloatArray();
            float[] stored = network.params().all().get("text.mean").toFloatArray();
            for (int i = 0; i < 6; i++) {
                assertThat((double) stored[i]).as("padding does not count").isCloseTo(mean[i], within(Math.abs(mean[i]) / 200 + 1e-6));
            }
        }
    }

    @Test
    void statisticsThatCannotBeAreRefused() {
        try (var network = WaltTransformerTest.network(config(1));
                var without = WaltTransformerTest.network(WaltPresetsTest.tiny())) {
            Tensor none = Tensor.of(new float[8], 2, 4);
            assertThatThrownBy(() -> network.setTextStatistics(normal("text", 2, 4, 6), none))
                    .isInstanceOf(UserException.class).hasMessageContaining("no real tokens");
            assertThatThrownBy(() -> without.setTextStatistics(normal("text", 2, 4, 6), none.add(1)))
                    .isInstanceOf(UserException.class).hasMessageContaining("textNorm=false");
        }
    }

    @Test
    void overfitsOneClipPerText() {
        Process process = Process.flow(1);
        try (var network = new WaltTransformer(config(2), Params.initialise(3, Device.CPU));
                var adam = new AdamW(network.params(), new AdamW.Settings(0.9, 0.98, 1e-8, 0))) {
            network.params().trainable(true);
            Tensor x0 = normal("clips", 2, 3, 2, 8, 8);
            var text = (Condition.Text) text(1, 0);
            network.setTextStatistics(text.states(), text.mask());
            float[] std = network.params().all().get("text.std").toFloatArray();
            RandomStream random = RandomStream.of(1, "training");
            double last = 0;
            double before = 0;
            for (int step = 0; step < 250; step++) {
                try (var scope = Scope.open("step")) {
                    Levels levels = Levels.all(500 + 500 * random.uniform(), 2, 2);
                    Tensor eps = random.normal(2, 3, 2, 8, 8);
                    Tensor out = network.predict(
                            DenoiserInput.clips(process.noisy(x0, eps, levels), levels, text), AttentionPolicy.FULL);
                    Tensor loss = out.mse(process.target(x0, eps, levels));
                    loss.backward();
                    Gradients.clip(network.params().tensors(), 1);
                    adam.step(1e-2);
                    Gradients.clear(network.params().tensors());
                    last = 0.9 * last + 0.1 * loss.item();
                    before = step == 0 ? loss.item() : before;
                }
            }
            assertThat(before).isGreaterThan(1.5);
            assertThat(last).isLessThan(0.25);
            assertThat(network.params().all().get("text.std").toFloatArray()).as("never trained").isEqualTo(std);
        }
    }

    @Test
    void configurationsFromBeforeKeepTheirMeaning() {
        WaltConfig old = WaltPresetsTest.tiny();
        String written = Json.line(old);
        assertThat(written).contains("\"space\":\"LEARNED\"", "\"textNorm\":false");
        String before = written.replace(",\"space\":\"LEARNED\",\"textNorm\":false", "");
        assertThat(before).doesNotContain("textNorm");
        assertThat(Json.parse(before, "c.json", WaltConfig.class)).isEqualTo(old);
        assertThat(Json.parse(Json.line(config(2)), "c.json", WaltConfig.class)).isEqualTo(config(2));
        assertThatThrownBy(() -> Json.parse(before.replace(",\"lowResolution\":false", ""), "c.json", WaltConfig.class))
                .isInstanceOf(UserException.class).hasMessageContaining("lowResolution\" is missing");
        String learned = Json.line(config(2)).replace("\"time\":\"ROTARY\"", "\"time\":\"LEARNED\"");
        assertThatThrownBy(() -> Json.parse(learned, "c.json", WaltConfig.class))
                .isInstanceOf(UserException.class).hasMessageContaining("space=AXIAL_ROTARY needs time=ROTARY");
    }
}
