package org.praxino.walt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.Levels;
import org.praxino.condition.LowResolution;
import org.praxino.condition.SampleKind;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Process;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.Autocast;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.walt.WaltConfig.Cross;
import org.praxino.walt.WaltConfig.QkNorm;
import org.praxino.walt.WaltConfig.TimePosition;

@ExtendWith(LeakCheck.class)
class WaltTransformerTest {
    private static final AttentionPolicy FULL = AttentionPolicy.FULL;

    /** 4×4 tokens of patch 2, windows of 2×2; text of width 6. */
    private static final WaltConfig PAPER = new WaltConfig(
            new WaltConfig.TokenGrid(3, 3, 4, 4, 2), new WaltConfig.Width(16, 4, 2, 32, 2),
            new WaltConfig.Windows(2, 2, TimePosition.LEARNED, WaltConfig.SpacePosition.LEARNED, true, QkNorm.LAYER),
            new WaltConfig.Text(6, Cross.SPATIAL, 1, false, false), 0, new WaltConfig.Inputs(true, true, false));
    private static final WaltConfig BUNDLED = new WaltConfig(
            new WaltConfig.TokenGrid(3, 3, 4, 4, 2), new WaltConfig.Width(16, 4, 2, 32, 4),
            new WaltConfig.Windows(2, 2, TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, QkNorm.LAYER),
            new WaltConfig.Text(6, Cross.SPATIAL, 2, true, false), 0, new WaltConfig.Inputs(false, true, false));
    private static final WaltConfig VIDEO_ONLY = new WaltConfig(
            new WaltConfig.TokenGrid(3, 3, 4, 4, 2), new WaltConfig.Width(16, 3, 2, 32, 0),
            new WaltConfig.Windows(2, 2, TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, true, QkNorm.RMS),
            new WaltConfig.Text(6, Cross.WINDOW, 1, false, false), 0, new WaltConfig.Inputs(false, false, true));
    private static final WaltConfig CLASSES = new WaltConfig(
            new WaltConfig.TokenGrid(3, 3, 4, 4, 2), new WaltConfig.Width(16, 4, 2, 32, 2),
            new WaltConfig.Windows(2, 2, TimePosition.LEARNED, WaltConfig.SpacePosition.LEARNED, false, QkNorm.NONE),
            WaltConfig.Text.NONE, 5, new WaltConfig.Inputs(true, false, false));

    private static final WaltConfig AXIAL = new WaltConfig(
            new WaltConfig.TokenGrid(3, 3, 4, 4, 2), new WaltConfig.Width(16, 4, 2, 32, 4),
            new WaltConfig.Windows(2, 2, TimePosition.ROTARY, WaltConfig.SpacePosition.AXIAL_ROTARY, false, QkNorm.RMS),
            new WaltConfig.Text(6, Cross.SPATIAL, 2, true, true), 0, new WaltConfig.Inputs(false, true, false));

    static List<WaltConfig> configs() {
        return List.of(PAPER, BUNDLED, VIDEO_ONLY, CLASSES, AXIAL);
    }

    /** Random weights everywhere, the zero-initialised ones too, so that no path is silent. */
    static WaltTransformer network(WaltConfig config) {
        var network = new WaltTransformer(config, Params.initialise(11, Device.CPU));
        network.params().all().forEach((name, w) -> w.copyFrom(statistic(name) ? w :
                RandomStream.of(5, name).normal(w.shape()).mul(w.dim() > 1 ? 0.25 : 0.1).add(name.endsWith("norm") ? 1 : 0)));
        return network;
    }

    /** What is measured, not trained. */
    private static boolean statistic(String name) {
        return name.equals("text.mean") || name.equals("text.std");
    }

    static Tensor normal(String name, long... shape) {
        return RandomStream.of(2, name).normal(shape);
    }

    private static double distance(Tensor a, Tensor b) {
        assertThat(a.shape()).containsExactly(b.shape());
        return Math.sqrt(a.sub(b).square().sum().item() / b.square().sum().item());
    }

    private static Levels levels(double... perElement) {
        double[][] v = new double[perElement.length][3];
        for (int i = 0; i < v.length; i++) {
            v[i] = new double[] {perElement[i], perElement[i] * 0.5, perElement[i] * 0.25};
        }
        return Levels.of(v);
    }

    /** Two elements of 3 frames, with everything the configuration takes. */
    private static DenoiserInput input(WaltConfig c) {
        Tensor noisy = normal("noisy", 2, 3, 3, 8, 8);
        Condition condition = c.text().dim() > 0
                ? new Condition.Text(normal("text", 2, 4, 6), Tensor.of(new float[] {1, 1, 1, 1, 1, 1, 0, 0}, 2, 4))
                : Condition.classes(Device.CPU, 1, 4);
        DenoiserInput in = DenoiserInput.clips(noisy, levels(900, 300), condition);
        if (c.inputs().selfConditioning()) {
            in = in.withSelfEstimate(normal("estimate", 2, 3, 3, 8, 8));
        }
        if (c.inputs().frameCondition()) {
            in = in.withGiven(GivenFrames.first(normal("given", 2, 3, 3, 8, 8), 1));
        }
        return c.inputs().lowResolution()
                ? in.withLowRes(new LowResolution(normal("low", 2, 3, 3, 4, 4), Tensor.of(new float[] {100, 300})))
                : in;
    }

    /** Element {@code b}, frames {@code from .. from+count-1} of an input. */
    private static DenoiserInput part(DenoiserInput in, int b, int from, int count) {
        Condition condition = switch (in.condition()) {
            case Condition.None n -> n;
            case Condition.Text t -> new Condition.Text(t.states().narrow(0, b, 1), t.mask().narrow(0, b, 1));
            case Condition.ClassLabel l -> new Condition.ClassLabel(l.ids().narrow(0, b, 1));
        };
        return new DenoiserInput(
                in.noisy().narrow(0, b, 1).narrow(2, from, count), in.level().rows(b, 1).frames(from, count),
                in.kinds().subList(b, b + 1), in.firstFrame(), condition,
                in.given() == null ? null : new GivenFrames(
                        in.given().latents().narrow(0, b, 1).narrow(2, from, count),
                        in.given().mask().narrow(0, b, 1).narrow(2, from, count)),
                in.lowRes() == null ? null : new LowResolution(
                        in.lowRes().latents().narrow(0, b, 1).narrow(2, from, count), in.lowRes().level().narrow(0, b, 1)),
                in.selfEstimate() == null ? null : in.selfEstimate().narrow(0, b, 1).narrow(2, from, count));
    }

    /** Those whose cross-attention does not span frames. */
    static List<WaltConfig> forImages() {
        return List.of(PAPER, BUNDLED, CLASSES, AXIAL);
    }

    @ParameterizedTest
    @MethodSource("forImages")
    void aStackOfImagesEqualsItsImagesOneByOne(WaltConfig config) {
        try (var network = network(config)) {
            DenoiserInput stack = input(config).withKinds(SampleKind.all(SampleKind.IMAGES, 2));
            Tensor together = network.predict(stack, FULL);
            for (int t = 0; t < 3; t++) {
                Tensor alone = network.predict(part(stack, 1, t, 1), FULL);
                assertThat(distance(together.narrow(0, 1, 1).narrow(2, t, 1), alone)).isLessThan(1e-5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forImages")
    void aBatchOfBothKindsEqualsSeparateRuns(WaltConfig config) {
        try (var network = network(config)) {
            for (List<SampleKind> kinds : List.of(List.of(SampleKind.CLIP, SampleKind.IMAGES), List.of(SampleKind.IMAGES, SampleKind.CLIP))) {
                DenoiserInput mixed = input(config).withKinds(kinds);
                Tensor together = network.predict(mixed, FULL);
                for (int b = 0; b < 2; b++) {
                    Tensor alone = network.predict(part(mixed, b, 0, 3), FULL);
                    assertThat(distance(together.narrow(0, b, 1), alone)).isLessThan(1e-5);
                }
            }
            Tensor clips = network.predict(input(config), FULL);
            Tensor images = network.predict(input(config).withKinds(SampleKind.all(SampleKind.IMAGES, 2)), FULL);
            assertThat(distance(clips, images)).isGreaterThan(1e-3);
        }
    }

    @Test
    void layersInsideAFrameSeeThatFrameOnly() {
        WaltConfig one = new WaltConfig(
                new WaltConfig.TokenGrid(3, 3, 4, 4, 2), new WaltConfig.Width(16, 1, 2, 32, 2),
                new WaltConfig.Windows(2, 2, TimePosition.LEARNED, WaltConfig.SpacePosition.LEARNED, true, QkNorm.LAYER),
                new WaltConfig.Text(6, Cross.SPATIAL, 1, false, false), 0, new WaltConfig.Inputs(true, true, false));
        try (var network = network(one)) {
            DenoiserInput in = input(one);
            Tensor change = Tensor.of(new float[] {0, 1, 0}, 1, 1, 3, 1, 1);
            Tensor a = network.predict(in, FULL);
            Tensor b = network.predict(in.withNoisy(in.noisy().add(change), in.level()), FULL);
            Tensor moved = a.sub(b).abs().amax(false, 0, 1, 3, 4);
            assertThat(moved.toFloatArray()[0]).isZero();
            assertThat(moved.toFloatArray()[1]).isPositive();
            assertThat(moved.toFloatArray()[2]).isZero();
        }
    }

    @Test
    void aWindowOverTheWholeGridEqualsFullAttention() {
        // With one window over the grid, permuting all tokens of the input permutes the output: nothing else tells them apart
        // once positions are silent. A window over part of the grid does not have this.
        WaltConfig whole = new WaltConfig(
                new WaltConfig.TokenGrid(3, 3, 4, 4, 1), new WaltConfig.Width(16, 2, 2, 32, 2),
                new WaltConfig.Windows(4, 4, TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, QkNorm.LAYER),
                WaltConfig.Text.NONE, 0, new WaltConfig.Inputs(false, false, false));
        WaltConfig halves = new WaltConfig(
                new WaltConfig.TokenGrid(3, 3, 4, 4, 1), new WaltConfig.Width(16, 2, 2, 32, 2),
                new WaltConfig.Windows(4, 2, TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, QkNorm.LAYER),
                WaltConfig.Text.NONE, 0, new WaltConfig.Inputs(false, false, false));
        Tensor x = normal("x", 1, 3, 3, 4, 4);
        Tensor order = Tensor.of(new long[] {7, 3, 12, 0, 9, 15, 1, 4, 2, 8, 14, 5, 10, 6, 11, 13});
        for (WaltConfig c : List.of(whole, halves)) {
            try (var network = network(c)) {
                network.params().all().get("position.space").fillInPlace(0);
                Tensor plain = network.predict(DenoiserInput.clips(x, levels(500), new Condition.None()), FULL);
                Tensor shuffled = network.predict(
                        DenoiserInput.clips(shuffle(x, order), levels(500), new Condition.None()), FULL);
                double off = distance(shuffled, shuffle(plain, order));
                if (c == whole) {
                    assertThat(off).isLessThan(1e-5);
                } else {
                    assertThat(off).isGreaterThan(1e-3);
                }
            }
        }
    }

    private static Tensor shuffle(Tensor x, Tensor order) {
        return x.reshape(1, 3, 3, 16).indexSelect(3, order).reshape(1, 3, 3, 4, 4);
    }

    @Test
    void rotaryTimeDependsOnDistancesOnly() {
        try (var network = network(BUNDLED)) {
            network.params().all().get("position.first").fillInPlace(0);
            Tensor here = network.predict(input(BUNDLED), FULL);
            Tensor later = network.predict(input(BUNDLED).withFirstFrame(40), FULL);
            assertThat(distance(later, here)).isLessThan(1e-4);
        }
        try (var network = network(BUNDLED)) {
            Tensor first = network.predict(input(BUNDLED), FULL);
            Tensor later = network.predict(input(BUNDLED).withFirstFrame(1), FULL);
            assertThat(distance(later, first)).isGreaterThan(1e-3); // the first frame is marked
        }
        try (var network = network(PAPER)) {
            assertThatThrownBy(() -> network.predict(input(PAPER).withFirstFrame(1), FULL))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("learned positions for 3");
        }
    }

    @ParameterizedTest
    @MethodSource("forImages")
    void blocksOfFramesDoNotSeeTheFuture(WaltConfig config) {
        try (var network = network(config)) {
            DenoiserInput in = input(config);
            Tensor change = Tensor.of(new float[] {0, 0, 1}, 1, 1, 3, 1, 1);
            DenoiserInput other = in.withNoisy(in.noisy().add(change), in.level());
            Tensor a = network.predict(in, new AttentionPolicy.BlockCausal(1));
            Tensor b = network.predict(other, new AttentionPolicy.BlockCausal(1));
            assertThat(a.narrow(2, 0, 2).contiguous().sameAs(b.narrow(2, 0, 2).contiguous())).isTrue();
            assertThat(distance(a.narrow(2, 2, 1), b.narrow(2, 2, 1))).isGreaterThan(1e-3);
            assertThat(distance(network.predict(in, FULL).narrow(2, 0, 2), network.predict(other, FULL).narrow(2, 0, 2)))
                    .isGreaterThan(1e-4);
            assertThat(distance(network.predict(in, new AttentionPolicy.BlockCausal(3)), network.predict(in, FULL)))
                    .isLessThan(1e-6);
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void everyConditionChangesTheOutput(WaltConfig config) {
        try (var network = network(config)) {
            DenoiserInput in = input(config);
            Tensor base = network.predict(in, FULL);
            var others = new ArrayList<DenoiserInput>();
            others.add(in.withNoisy(in.noisy(), levels(901, 280)));
            others.add(in.withCondition(new Condition.None()));
            if (in.condition() instanceof Condition.Text t) {
                others.add(in.withCondition(new Condition.Text(t.states().neg(), t.mask())));
            } else {
                others.add(in.withCondition(Condition.classes(Device.CPU, 2, 3)));
            }
            if (config.inputs().selfConditioning()) {
                others.add(in.withSelfEstimate(null));
            }
            if (config.inputs().frameCondition()) {
                others.add(in.withGiven(null));
                others.add(in.withGiven(GivenFrames.first(in.given().latents(), 2)));
            }
            if (config.inputs().lowResolution()) {
                others.add(in.withLowRes(new LowResolution(in.lowRes().latents().mul(0.5), in.lowRes().level())));
                others.add(in.withLowRes(new LowResolution(in.lowRes().latents(), in.lowRes().level().add(50))));
            }
            for (DenoiserInput other : others) {
                Tensor out = network.predict(other, FULL);
                for (int b = 0; b < 2; b++) {
                    assertThat(distance(out.narrow(0, b, 1), base.narrow(0, b, 1))).isGreaterThan(1e-4);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void paddingOfTextDoesNotMatterAndADroppedTextIsNone(WaltConfig config) {
        if (config.text().dim() == 0) {
            return;
        }
        try (var network = network(config)) {
            DenoiserInput in = input(config);
            var text = (Condition.Text) in.condition();
            Tensor longer = Tensor.cat(1, text.states(), normal("padding", 2, 3, 6));
            Tensor mask = Tensor.cat(1, text.mask(), Tensor.zeros(DType.F32, Device.CPU, 2, 3));
            Tensor out = network.predict(in.withCondition(new Condition.Text(longer, mask)), FULL);
            assertThat(distance(out, network.predict(in, FULL))).isLessThan(1e-5);
            Tensor none = network.predict(in.withCondition(new Condition.None()), FULL);
            assertThat(distance(network.predict(in.withCondition(text.unconditional()), FULL), none)).isLessThan(1e-5);
            Tensor half = network.predict(in.withCondition(text.dropped(true, false)), FULL);
            assertThat(distance(half.narrow(0, 0, 1), none.narrow(0, 0, 1))).isLessThan(1e-5);
            assertThat(distance(half.narrow(0, 1, 1), out.narrow(0, 1, 1))).isLessThan(1e-5);
            Tensor both = network.predict(in.forGuidance(new Condition.None()), FULL);
            assertThat(distance(both.narrow(0, 0, 2), out)).isLessThan(1e-5);
            assertThat(distance(both.narrow(0, 2, 2), none)).isLessThan(1e-5);
        }
    }

    @Test
    void aDroppedClassIsNone() {
        try (var network = network(CLASSES)) {
            DenoiserInput in = input(CLASSES);
            Tensor none = network.predict(in.withCondition(new Condition.None()), FULL);
            Tensor half = network.predict(in.withCondition(Condition.classes(Device.CPU, -1, 4)), FULL);
            assertThat(distance(half.narrow(0, 0, 1), none.narrow(0, 0, 1))).isLessThan(1e-5);
            Tensor both = network.predict(in.forGuidance(new Condition.None()), FULL);
            assertThat(distance(both.narrow(0, 0, 2), network.predict(in, FULL))).isLessThan(1e-5);
            assertThat(distance(both.narrow(0, 2, 2), none)).isLessThan(1e-5);
        }
    }

    @Test
    void everyImageOfAStackFollowsItsOwnText() {
        for (WaltConfig config : List.of(PAPER, BUNDLED)) {
            try (var network = network(config)) {
                DenoiserInput in = input(config).withKinds(List.of(SampleKind.CLIP, SampleKind.IMAGES));
                Tensor states = normal("texts", 4, 4, 6);
                Tensor mask = Tensor.ones(DType.F32, Device.CPU, 4, 4);
                Tensor rows = Tensor.of(new long[] {1, 1, 1, 3, 0, 2}, 2, 3);
                Tensor together = network.predict(in.withCondition(new Condition.Text(states, mask, rows)), FULL);
                long[] alone = {3, 0, 2};
                for (int t = 0; t < 3; t++) {
                    var own = new Condition.Text(states.narrow(0, alone[t], 1), mask.narrow(0, 0, 1));
                    Tensor image = network.predict(part(in, 1, t, 1).withCondition(own), FULL);
                    assertThat(distance(together.narrow(0, 1, 1).narrow(2, t, 1), image)).isLessThan(1e-5);
                }
                Tensor both = network.predict(
                        in.withCondition(new Condition.Text(states, mask, rows)).forGuidance(new Condition.None()), FULL);
                assertThat(distance(both.narrow(0, 0, 2), together)).isLessThan(1e-5);
                assertThat(distance(both.narrow(0, 2, 2), network.predict(in.withCondition(new Condition.None()), FULL)))
                        .isLessThan(1e-5);
                var clip = new Condition.Text(states.narrow(0, 1, 1), mask.narrow(0, 0, 1));
                Tensor first = network.predict(part(in, 0, 0, 3).withCondition(clip), FULL);
                assertThat(distance(together.narrow(0, 0, 1), first)).isLessThan(1e-5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void gradientReachesEveryWeight(WaltConfig config) {
        try (var network = network(config)) {
            network.params().trainable(true);
            DenoiserInput in = input(config).withKinds(List.of(SampleKind.CLIP, config.text().cross() == Cross.WINDOW ? SampleKind.CLIP : SampleKind.IMAGES));
            network.predict(in, FULL).square().mean().backward();
            if (in.condition() instanceof Condition.Text t) {
                network.predict(in.withCondition(t.dropped(true, false)), FULL).square().mean().backward();
            }
            network.params().all().forEach((name, w) -> {
                assertThat(w.hasGrad()).as(name).isEqualTo(!statistic(name));
                if (statistic(name)) {
                    return;
                }
                assertThat(w.grad().abs().sum().item()).as(name).isPositive().isFinite();
            });
            Gradients.clear(network.params().tensors());
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void layersComputedAgainGiveTheSameGradients(WaltConfig config) {
        try (var network = network(config)) {
            network.params().trainable(true);
            for (AttentionPolicy policy : List.of(FULL, new AttentionPolicy.BlockCausal(1))) {
                try (var scope = Scope.open("both ways")) {
                    DenoiserInput in = input(config);
                    Tensor due = normal("due", in.noisy().shape());
                    network.predict(in, policy).backward(due);
                    var kept = new HashMap<String, Tensor>();
                    network.params().all().forEach((name, w) -> kept.put(name, statistic(name) ? Tensor.zeros(DType.F32, Device.CPU, 1) : w.grad().copy()));
                    Gradients.clear(network.params().tensors());
                    network.backward(in, policy, due);
                    network.params().all().forEach((name, w) -> {
                        if (kept.get(name).abs().max().item() > 0) {
                            assertThat(distance(w.grad(), kept.get(name))).as(policy + " " + name).isLessThan(1e-4);
                        }
                    });
                    Gradients.clear(network.params().tensors());
                }
            }
        }
    }

    @Test
    void overfitsOneClip() {
        WaltConfig c = new WaltConfig(
                new WaltConfig.TokenGrid(4, 3, 4, 4, 2), new WaltConfig.Width(32, 2, 2, 64, 4),
                new WaltConfig.Windows(2, 2, TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, QkNorm.LAYER),
                WaltConfig.Text.NONE, 0, new WaltConfig.Inputs(false, false, false));
        Process process = Process.flow(1);
        try (var network = new WaltTransformer(c, Params.initialise(3, Device.CPU));
                var adam = new AdamW(network.params(), new AdamW.Settings(0.9, 0.98, 1e-8, 0))) {
            network.params().trainable(true);
            Tensor x0 = normal("clip", 1, 4, 3, 8, 8).expand(4, 4, 3, 8, 8);
            RandomStream random = RandomStream.of(1, "training");
            double last = 0;
            double before = 0;
            for (int step = 0; step < 200; step++) {
                try (var scope = Scope.open("step")) {
                    double[][] v = new double[4][3];
                    for (double[] row : v) {
                        java.util.Arrays.fill(row, 500 + 500 * random.uniform());
                    }
                    Levels levels = Levels.of(v);
                    Tensor eps = random.normal(4, 4, 3, 8, 8);
                    Tensor out = network.predict(
                            DenoiserInput.clips(process.noisy(x0, eps, levels), levels, new Condition.None()), FULL);
                    Tensor loss = out.mse(process.target(x0, eps, levels));
                    loss.backward();
                    Gradients.clip(network.params().tensors(), 1);
                    adam.step(1e-2);
                    Gradients.clear(network.params().tensors());
                    last = 0.9 * last + 0.1 * loss.item();
                    before = step == 0 ? loss.item() : before;
                }
            }
            assertThat(before).isGreaterThan(1.5); // eps − x0 of two independent normals
            assertThat(last).isLessThan(0.15);
        }
    }

    @Test
    void mixedPrecisionAndBf16WeightsStayCloseToFp32() {
        for (WaltConfig config : List.of(PAPER, BUNDLED)) {
            try (var network = network(config);
                    var small = new WaltTransformer(
                            config, Params.load(new TensorMap(network.params().all()), Device.CPU, DType.BF16, "test"))) {
                DenoiserInput in = input(config);
                Tensor exact = network.predict(in, FULL);
                assertThat(distance(small.predict(in, FULL), exact)).isLessThan(0.1);
                network.params().trainable(true);
                try (var cast = Autocast.on(Device.CPU, DType.BF16)) {
                    Tensor out = network.predict(in, FULL);
                    assertThat(out.dtype()).isEqualTo(DType.F32);
                    assertThat(distance(out, exact)).isPositive().isLessThan(0.1);
                    out.square().mean().backward();
                }
                network.params().all().forEach((name, w) -> {
                    if (w.hasGrad()) {
                        assertThat(w.grad().dtype()).as(name).isEqualTo(DType.F32);
                        assertThat(w.grad().abs().sum().item()).as(name).isFinite();
                    }
                });
                Gradients.clear(network.params().tensors());
            }
        }
    }

    @Test
    void otherSizesAndAspectRatiosAreMade() {
        for (WaltConfig config : List.of(PAPER, BUNDLED, AXIAL)) {
            try (var network = network(config)) {
                Tensor wide = normal("wide", 1, 3, 3, 8, 16);
                Tensor out = network.predict(DenoiserInput.clips(wide, levels(500), new Condition.None()), FULL);
                assertThat(out.shape()).containsExactly(1, 3, 3, 8, 16);
                assertThat(out.isFinite().to(DType.F32).mean().item()).isEqualTo(1);
                assertThatThrownBy(() -> network.predict(
                                DenoiserInput.clips(normal("odd", 1, 3, 3, 8, 10), levels(500), new Condition.None()), FULL))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("width of 4");
            }
        }
    }

    @Test
    void aVideoOnlyModelRefusesImages() {
        try (var network = network(VIDEO_ONLY)) {
            assertThatThrownBy(() -> network.predict(input(VIDEO_ONLY).withKinds(List.of(SampleKind.CLIP, SampleKind.IMAGES)), FULL))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no images");
        }
    }

    @Test
    void whatTheModelDoesNotTakeIsRefusedInWords() {
        try (var network = network(CLASSES); var text = network(BUNDLED)) {
            DenoiserInput in = input(CLASSES);
            assertThatThrownBy(() -> network.predict(in.withCondition(input(PAPER).condition()), FULL))
                    .isInstanceOf(UserException.class).hasMessageContaining("without text");
            assertThatThrownBy(() -> network.predict(in.withGiven(GivenFrames.first(in.noisy(), 1)), FULL))
                    .isInstanceOf(UserException.class).hasMessageContaining("given frames");
            assertThatThrownBy(() -> text.predict(input(BUNDLED).withCondition(in.condition()), FULL))
                    .isInstanceOf(UserException.class).hasMessageContaining("class numbers");
            assertThatThrownBy(() -> text.predict(input(BUNDLED).withSelfEstimate(in.noisy()), FULL))
                    .isInstanceOf(UserException.class).hasMessageContaining("self-conditioning");
            assertThatThrownBy(() -> network.predict(DenoiserInput.clips(normal("c", 1, 2, 3, 8, 8), levels(1), in.condition()), FULL))
                    .isInstanceOf(ShapeException.class);
        }
    }
}
