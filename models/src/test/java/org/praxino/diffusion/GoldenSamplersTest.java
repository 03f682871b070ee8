package org.praxino.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.condition.Levels;
import org.praxino.io.Json;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import tools.jackson.databind.JsonNode;

/** Schedules and samplers against trajectories of diffusers and Self-Forcing (golden/). */
@ExtendWith(LeakCheck.class)
class GoldenSamplersTest {
    private static final Path GOLDEN = Path.of("..", "golden");

    private static JsonNode config(String name) {
        return Json.read(GOLDEN.resolve(name).resolve("case.json"), JsonNode.class).path("config");
    }

    private static SafetensorsFile open(String name, String file) {
        return SafetensorsFile.open(GOLDEN.resolve(name).resolve(file + ".safetensors"));
    }

    private static double distance(Tensor a, Tensor b) {
        assertThat(a.shape()).containsExactly(b.shape());
        return Math.sqrt(a.sub(b).square().sum().item() / b.square().sum().item());
    }

    private static Tensor doubles(int n, java.util.function.IntToDoubleFunction f) {
        double[] v = new double[n];
        java.util.Arrays.setAll(v, f);
        return Tensor.of(v);
    }

    /** tanh(x A + t/1000), the stand-in network of both sampler cases; x is [2, 8] as [2, 8, 1, 1, 1]. */
    private static ModelFunction network(Tensor a, double levelToTimestep) {
        return (x, level, step) ->
                x.reshape(x.size(0), x.size(1)).matmul(a).add((level + levelToTimestep) / 1000).tanh().reshape(x.shape());
    }

    private static Tensor trajectory(Process process, List<Step> steps, Tensor x, ModelFunction network) {
        var states = new ArrayList<float[]>(List.of(x.toFloatArray()));
        Ddim.sample(process, steps, x.reshape(x.size(0), x.size(1), 1, 1, 1), network,
                (done, of, now, x0) -> states.add(now.toFloatArray()));
        return Tensor.stack(states.stream().map(v -> Tensor.of(v, x.shape())).toList(), 0);
    }

    @Test
    void ddimFollowsDiffusersOnTheZeroTerminalSnrSchedule() {
        JsonNode c = config("ddim-zero-snr");
        var schedule = new ZeroTerminalSnr(
                c.path("train_steps").asInt(), c.path("beta_start").asDouble(), c.path("beta_end").asDouble());
        List<Step> steps = Ddim.trailingFixedStride(schedule.steps(), c.path("steps").asInt());
        try (var in = open("ddim-zero-snr", "inputs");
                var weights = open("ddim-zero-snr", "weights");
                var out = open("ddim-zero-snr", "outputs")) {
            Tensor signal = doubles(schedule.steps(), i -> Math.pow(schedule.alpha(i + 1), 2));
            assertThat(distance(signal, out.read("alphas_cumprod"))).isLessThan(1e-5);
            assertThat(doubles(steps.size(), i -> steps.get(i).level() - 1).mse(out.read("timesteps")).item()).isZero();
            Tensor ours = trajectory(new Process(schedule, Prediction.V), steps, in.read("x"), network(weights.read("A"), -1));
            assertThat(distance(ours, out.read("trajectory"))).isLessThan(1e-4);
        }
    }

    @Test
    void eulerFollowsDiffusersOnTheShiftedFlow() {
        JsonNode c = config("flow-euler");
        var schedule = new FlowMatching(c.path("train_steps").asInt(), c.path("shift").asDouble());
        List<Step> steps = FlowEuler.shiftedTwice(schedule, c.path("steps").asInt());
        try (var in = open("flow-euler", "inputs");
                var weights = open("flow-euler", "weights");
                var out = open("flow-euler", "outputs")) {
            assertThat(distance(doubles(steps.size(), i -> steps.get(i).level()), out.read("timesteps"))).isLessThan(1e-6);
            Tensor ours = trajectory(new Process(schedule, Prediction.FLOW), steps, in.read("x"), network(weights.read("A"), 0));
            assertThat(distance(ours, out.read("trajectory"))).isLessThan(1e-4);
        }
    }

    @Test
    void uniPcFollowsDiffusersOnTheShiftedFlow() {
        JsonNode c = config("flow-unipc");
        var stages = FlowUniPc.stages(new FlowMatching(c.path("train_steps").asInt(), c.path("shift").asDouble()), c.path("steps").asInt());
        try (var in = open("flow-unipc", "inputs");
                var weights = open("flow-unipc", "weights");
                var out = open("flow-unipc", "outputs")) {
            assertThat(doubles(stages.size(), i -> stages.get(i).timestep()).mse(out.read("timesteps")).item()).isZero();
            Tensor x = in.read("x");
            var states = new ArrayList<float[]>(List.of(x.toFloatArray()));
            FlowUniPc.sample(stages, x.reshape(x.size(0), x.size(1), 1, 1, 1), network(weights.read("A"), 0),
                    (done, of, now, x0) -> states.add(now.toFloatArray()));
            Tensor ours = Tensor.stack(states.stream().map(v -> Tensor.of(v, x.shape())).toList(), 0);
            assertThat(distance(ours, out.read("trajectory"))).isLessThan(1e-5);
        }
    }

    @Test
    void uniPcOfOneStepIsThePredictionAndOfManyConverges() {
        Tensor x = RandomStream.of(1, "x").normal(1, 1, 1, 2, 2);
        ModelFunction toZero = (v, told, step) -> v.mul(1000 / told); // the velocity that leads straight to 0
        assertThat(FlowUniPc.sample(FlowUniPc.stages(new FlowMatching(8), 1), x, toZero, StepListener.SILENT).abs().max().item()).isLessThan(1e-2);
        var stages = FlowUniPc.wanStages(new FlowMatching(5), 50);
        assertThat(stages.getFirst().timestep()).isEqualTo(999);
        assertThat(stages).hasSize(50).allSatisfy(s -> assertThat(s.next()).isLessThan(s.sigma()));
        assertThat(FlowUniPc.sample(stages, x, toZero, StepListener.SILENT).abs().max().item()).isLessThan(1e-2);
    }

    @Test
    void fewStepsAreThePublishedLists() {
        assertThat(FewSteps.causVid().timesteps()).containsExactly(1000.0, 757.0, 522.0);
        assertThat(FewSteps.causVid().steps()).extracting(p -> Math.round(p.sigma() * 1e6)).containsExactly(1_000_000L, 756_757L, 521_739L);
        assertThat(FewSteps.causVidWarped().timesteps()).extracting(t -> Math.round(t * 1000)).containsExactly(1_000_000L, 960_000L, 888_889L, 727_273L);
        assertThat(FewSteps.selfForcing().timesteps()).extracting(t -> Math.round(t * 10)).containsExactly(10_000L, 9375L, 8333L, 6250L);
    }

    /** Two elements are two runs: the re-noising of one knows nothing of the other. */
    @Test
    void fewStepsNoiseAgainBetweenSteps() {
        var random = RandomStream.of(3, "few");
        Tensor x = random.normal(2, 3, 2, 2, 2);
        Tensor fresh = random.normal(2, 3, 2, 2, 2);
        ModelFunction velocity = (v, told, step) -> v.mul(told / 1000).tanh();
        FewSteps two = FewSteps.of(FlowTable.published(8), 1000, 522);
        Tensor both = two.sample(x, velocity, (step, shape) -> fresh, StepListener.SILENT);
        Tensor second = two.sample(x.narrow(0, 1, 1), velocity, (step, shape) -> fresh.narrow(0, 1, 1), StepListener.SILENT);
        assertThat(distance(both.narrow(0, 1, 1), second)).isLessThan(1e-6);
        double sigma = two.steps().get(1).sigma();
        Tensor clean = x.sub(x.tanh());
        Tensor again = clean.mul(1 - sigma).add(fresh.mul(sigma));
        assertThat(distance(both, again.sub(again.mul(0.522).tanh().mul(sigma)))).isLessThan(1e-6);
        assertThatThrownBy(() -> FewSteps.warped(FlowTable.published(8), 1200))
                .hasMessageContaining("step 1200.0 lies outside");
        assertThatThrownBy(() -> FewSteps.of(FlowTable.published(8), 0)).hasMessageContaining("must not be empty");
    }

    @Test
    void flowTableIsSelfForcings() {
        JsonNode c = config("flow-match");
        var table = new FlowTable(
                c.path("train_steps").asInt(), c.path("shift").asDouble(), c.path("sigma_min").asDouble(),
                c.path("sigma_max").asDouble(), c.path("extra_one_step").asBoolean());
        try (var in = open("flow-match", "inputs"); var out = open("flow-match", "outputs")) {
            assertThat(distance(doubles(table.size(), table::sigma), out.read("sigmas"))).isLessThan(1e-5);
            assertThat(distance(doubles(table.size(), table::timestep), out.read("timesteps"))).isLessThan(1e-5);
            Tensor clean = in.read("clean"); // [F, C, H, W]
            double[] at = in.read("timestep").toDoubleArray();
            double[][] levels = {java.util.Arrays.stream(at).map(t -> 1000 * table.sigmaAt(t)).toArray()};
            Tensor noisy = Process.flow(1).noisy(video(clean), video(in.read("noise")), Levels.of(levels));
            assertThat(distance(noisy, video(out.read("noisy")))).isLessThan(1e-5);
        }
    }

    /** [F, C, H, W] as [1, C, F, H, W]. */
    private static Tensor video(Tensor frames) {
        return frames.transpose(0, 1).unsqueeze(0);
    }
}
