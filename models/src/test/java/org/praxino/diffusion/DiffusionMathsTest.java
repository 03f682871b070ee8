package org.praxino.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.Levels;
import org.praxino.condition.SampleKind;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class DiffusionMathsTest {
    private static final ZeroTerminalSnr ZERO_SNR = ZeroTerminalSnr.published();

    private static Tensor normal(String name) {
        return RandomStream.of(3, name).normal(2, 3, 4, 2, 2);
    }

    private static double distance(Tensor a, Tensor b) {
        return Math.sqrt(a.sub(b).square().sum().item() / b.square().sum().item());
    }

    @Test
    void lastStepIsPureNoiseAndTheFirstKeepsItsSignal() {
        assertThat(ZERO_SNR.alpha(1000)).isZero();
        assertThat(ZERO_SNR.sigma(1000)).isEqualTo(1);
        assertThat(Math.pow(ZERO_SNR.alpha(1), 2)).isCloseTo(0.9999, within(1e-12));
        assertThat(ZERO_SNR.alpha(0)).isEqualTo(1);
        for (int t = 1; t <= 1000; t++) {
            assertThat(ZERO_SNR.alpha(t)).isLessThan(ZERO_SNR.alpha(t - 1));
            assertThat(Math.hypot(ZERO_SNR.alpha(t), ZERO_SNR.sigma(t))).isCloseTo(1, within(1e-12));
        }
        assertThatThrownBy(() -> ZERO_SNR.alpha(1001)).isInstanceOf(UserException.class).hasMessageContaining("0 .. 1000");
    }

    @ParameterizedTest
    @EnumSource(Prediction.class)
    void everyPredictionGivesBackTheCleanLatentAndTheNoise(Prediction prediction) {
        Tensor x0 = normal("x0");
        Tensor eps = normal("eps");
        for (NoiseSchedule schedule : List.of(ZERO_SNR, new FlowMatching(3))) {
            var process = new Process(schedule, prediction);
            for (double level : new double[] {1, 40, 500, 990}) {
                Levels levels = Levels.all(level, 2, 4);
                Tensor x = process.noisy(x0, eps, levels);
                Tensor target = process.target(x0, eps, levels);
                // what rounding of x in fp32 is amplified by
                double amplified = 1e-6 * Math.max(1, Math.max(1 / schedule.alpha(level), 1 / schedule.sigma(level)));
                assertThat(distance(process.x0(target, x, level), x0)).isLessThan(amplified);
                assertThat(distance(process.x0(target, x, levels), x0)).isLessThan(2 * amplified);
                assertThat(distance(process.eps(target, x, level), eps)).isLessThan(amplified);
            }
        }
    }

    @Test
    void aPerfectVOracleLeadsFromPureNoiseToTheCleanLatentInOneStep() {
        Tensor x0 = normal("x0");
        Process process = Process.walt();
        ModelFunction oracle = (x, level, step) -> {
            double a = ZERO_SNR.alpha(level);
            double s = ZERO_SNR.sigma(level);
            Tensor eps = x.sub(x0.mul(a)).div(s);
            return eps.mul(a).sub(x0.mul(s)); // at zero SNR: -x0
        };
        for (int steps : new int[] {1, 7, 50}) {
            Tensor out = Ddim.sample(process, Ddim.trailing(1000, steps), normal("start"), oracle, StepListener.SILENT);
            assertThat(distance(out, x0)).isLessThan(1e-5);
        }
    }

    @Test
    void givenLatentsGoTheirOwnWayWhateverTheNetworkSays() {
        Tensor noise = normal("start");
        Tensor clean = normal("x0");
        GivenFrames given = GivenFrames.first(clean, 1);
        for (Process process : new Process[] {Process.walt(), Process.flow(1)}) {
            ModelFunction wrong = (x, level, step) -> {
                Tensor known = process.noisy(clean, noise, Levels.all(level, 2, 4)).narrow(2, 0, 1);
                assertThat(distance(x.narrow(2, 0, 1), known)).as("at level " + level).isLessThan(1e-5);
                return normal("nonsense");
            };
            Tensor free = Ddim.sample(process, Ddim.trailing(1000, 7), noise, (x, level, step) -> normal("nonsense"), StepListener.SILENT);
            Tensor out = Ddim.sample(process, Ddim.trailing(1000, 7), noise, wrong, given, StepListener.SILENT);
            assertThat(out.narrow(2, 0, 1).sameAs(clean.narrow(2, 0, 1))).isTrue();
            assertThat(out.narrow(2, 1, 3).sameAs(free.narrow(2, 1, 3))).as("the rest is the network's").isTrue();
        }
    }

    @Test
    void noisePredictionIsRefusedWhereItSaysNothing() {
        assertThatThrownBy(() -> new Process(ZERO_SNR, Prediction.EPSILON).x0(normal("a"), normal("b"), 1000))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("zero signal");
    }

    @Test
    void framesAreNoisedToTheirOwnLevels() {
        Tensor x0 = normal("x0");
        Tensor eps = normal("eps");
        Levels levels = Levels.of(new double[][] {{0, 250, 500, 1000}, {1000, 0, 0, 0}});
        Tensor x = Process.flow(1).noisy(x0, eps, levels);
        assertThat(x.narrow(0, 0, 1).narrow(2, 0, 1).sameAs(x0.narrow(0, 0, 1).narrow(2, 0, 1))).isTrue();
        assertThat(x.narrow(0, 0, 1).narrow(2, 3, 1).sameAs(eps.narrow(0, 0, 1).narrow(2, 3, 1))).isTrue();
        assertThat(x.narrow(0, 1, 1).narrow(2, 0, 1).sameAs(eps.narrow(0, 1, 1).narrow(2, 0, 1))).isTrue();
        Tensor quarter = x0.mul(0.75).add(eps.mul(0.25)).narrow(0, 0, 1).narrow(2, 1, 1);
        assertThat(distance(x.narrow(0, 0, 1).narrow(2, 1, 1), quarter)).isLessThan(1e-6);
        assertThat(levels.tensor(Device.CPU).toFloatArray()).containsExactly(0, 250, 500, 1000, 1000, 0, 0, 0);
    }

    @Test
    void trailingStepsBeginAtTheNoisiestLevelAndEndAtTheClean() {
        List<Step> fifty = Ddim.trailing(1000, 50);
        assertThat(fifty.getFirst()).isEqualTo(new Step(1000, 980));
        assertThat(fifty.getLast()).isEqualTo(new Step(20, 0));
        assertThat(fifty).isEqualTo(Ddim.trailingFixedStride(1000, 50));
        assertThat(Ddim.trailing(1000, 30).getLast().next()).isZero();
        assertThatThrownBy(() -> Ddim.trailing(1000, 0)).isInstanceOf(UserException.class);
        List<Step> flow = FlowEuler.shifted(new FlowMatching(8), 50); // entries 36 and 44
        assertThat(flow.get(36).level()).isCloseTo(756.757, within(1e-3));
        assertThat(flow.get(44).level()).isCloseTo(521.739, within(1e-3));
    }

    @Test
    void powerCosineGuidanceIsNilAtNoiseAndFullAtTheEnd() {
        var guidance = new Guidance.PowerCosine(3.8, 4);
        assertThat(guidance.weight(1)).isEqualTo(1);
        assertThat(guidance.weight(0)).isCloseTo(3.8, within(1e-12));
        assertThat(guidance.weight(0.5)).isCloseTo(1 + 2.8 * (1 - Math.cos(Math.PI / 16)) / 2, within(1e-12));
        assertThat(new Guidance.Constant(6).weight(0.3)).isEqualTo(6);
        assertThat(new Guidance.None().weight(0.3)).isEqualTo(1);
        assertThatThrownBy(() -> new Guidance.Constant(Double.NaN)).isInstanceOf(UserException.class);
    }

    @Test
    void trainingLevelsAreSharedByAClipAndDrawnForEachImage() {
        var sampler = new LevelSampler.LogitNormal(1000, 0, 1, 3);
        Levels levels = sampler.draw(RandomStream.of(1, "levels"), List.of(SampleKind.CLIP, SampleKind.IMAGES), 5);
        assertThat(levels.at(0, 4)).isEqualTo(levels.at(0, 0));
        assertThat(levels.at(1, 4)).isNotEqualTo(levels.at(1, 0));
        RandomStream random = RandomStream.of(1, "many");
        double below = 0;
        for (int i = 0; i < 4000; i++) {
            below += sampler.draw(random) < 750 ? 1 : 0; // the shifted median: 3·½/(1 + 2·½)
        }
        assertThat(below / 4000).isCloseTo(0.5, within(0.03));
        var uniform = new LevelSampler.Uniform(1000);
        double least = 1000;
        double most = 0;
        for (int i = 0; i < 20000; i++) {
            double level = uniform.draw(random);
            least = Math.min(least, level);
            most = Math.max(most, level);
        }
        assertThat(least).isEqualTo(1);
        assertThat(most).isEqualTo(1000);
    }

    /** Predicts v = mean of the text, or of the estimate fed back, so that the road of both can be seen. */
    private static final Denoiser ECHO = (in, policy) -> {
        long b = in.noisy().size(0);
        var text = (Condition.Text) in.condition();
        Tensor said = text.states().mul(text.mask().to(DType.F32).unsqueeze(2)).sum(false, 1, 2).reshape(b, 1, 1, 1, 1);
        Tensor value = in.selfEstimate() == null ? said : said.add(in.selfEstimate().mean().mul(0.1));
        return in.noisy().mul(0).add(value);
    };

    @Test
    void guidanceRunsBothHalvesInOneForwardAndFeedsTheEstimateBack() {
        Tensor states = Tensor.full(1, DType.F32, Device.CPU, 2, 3, 1);
        var text = new Condition.Text(states, Tensor.ones(DType.F32, Device.CPU, 2, 3));
        Tensor x = normal("x");
        DenoiserInput request = DenoiserInput.clips(x, Levels.all(1000, 2, 4), text);
        Process process = Process.walt();
        try (var guided = new Guided(
                ECHO, process, request, new Condition.None(), new Guidance.Constant(5), AttentionPolicy.FULL, true)) {
            Tensor first = guided.predict(x, 1000, 0);
            assertThat(first.mean().item()).isCloseTo(15, within(1e-4)); // 0 + 5·(3 − 0)
            Tensor second = guided.predict(x, 980, 1); // the estimate was x0 = −v = −15: both halves move by −1.5
            assertThat(second.mean().item()).isCloseTo(13.5, within(1e-4));
        }
        try (var plain = new Guided(
                ECHO, process, request, new Condition.None(), new Guidance.None(), AttentionPolicy.FULL, false)) {
            assertThat(plain.predict(x, 1000, 0).mean().item()).isCloseTo(3, within(1e-5));
        }
    }
}
