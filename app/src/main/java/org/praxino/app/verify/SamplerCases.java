package org.praxino.app.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.praxino.condition.Levels;
import org.praxino.diffusion.Ddim;
import org.praxino.diffusion.FlowEuler;
import org.praxino.diffusion.FlowMatching;
import org.praxino.diffusion.FlowTable;
import org.praxino.diffusion.FlowUniPc;
import org.praxino.diffusion.FlowUniPc.Stage;
import org.praxino.diffusion.ModelFunction;
import org.praxino.diffusion.Prediction;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.Step;
import org.praxino.diffusion.ZeroTerminalSnr;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/** Schedules and samplers. The samplers' stand-in network is tanh(x A + t/1000) on rows x of [B, D]. */
final class SamplerCases {
    private SamplerCases() {}

    /** DDIM on the zero-terminal-SNR schedule with trailing spacing, as diffusers steps it. */
    static Map<String, Tensor> ddim(GoldenCase golden, Device device) {
        golden.require("beta_schedule", "linear");
        golden.require("spacing", "trailing");
        golden.require("prediction", "v");
        golden.require("zero_terminal_snr", "true");
        var schedule = new ZeroTerminalSnr(golden.integer("train_steps"), golden.decimal("beta_start"), golden.decimal("beta_end"));
        List<Step> steps = Ddim.trailingFixedStride(schedule.steps(), golden.integer("steps"));
        try (var scope = Scope.open("ddim case")) {
            return Map.of(
                    "alphas_cumprod", scope.keep(list(schedule.steps(), i -> Math.pow(schedule.alpha(i + 1), 2))),
                    "timesteps", scope.keep(list(steps.size(), i -> steps.get(i).level() - 1)), // diffusers counts steps from 0
                    "trajectory", scope.keep(trajectory(golden, device, new Process(schedule, Prediction.V), steps, -1)));
        }
    }

    /** Euler's method on the shifted straight path, as diffusers steps it. */
    static Map<String, Tensor> euler(GoldenCase golden, Device device) {
        var schedule = new FlowMatching(golden.integer("train_steps"), golden.decimal("shift"));
        List<Step> steps = FlowEuler.shiftedTwice(schedule, golden.integer("steps"));
        int n = steps.size();
        try (var scope = Scope.open("euler case")) {
            return Map.of(
                    "sigmas", scope.keep(list(n + 1, i -> (i < n ? steps.get(i).level() : steps.get(n - 1).next()) / schedule.steps())),
                    "timesteps", scope.keep(list(n, i -> steps.get(i).level())),
                    "trajectory", scope.keep(trajectory(golden, device, new Process(schedule, Prediction.FLOW), steps, 0)));
        }
    }

    /** UniPC of order 2, as diffusers steps it. */
    static Map<String, Tensor> uniPc(GoldenCase golden, Device device) {
        golden.require("solver", "bh2");
        golden.require("order", "2");
        List<Stage> stages = FlowUniPc.stages(
                new FlowMatching(golden.integer("train_steps"), golden.decimal("shift")), golden.integer("steps"));
        int n = stages.size();
        try (var scope = Scope.open("unipc case");
                var in = golden.inputs();
                var weights = golden.weights()) {
            Tensor x = in.read("x").to(device); // [B, D]
            Tensor a = weights.read("A").to(device); // [D, D]
            var rows = new ArrayList<float[]>(List.of(x.toFloatArray()));
            FlowUniPc.sample(
                    stages, x.reshape(x.size(0), x.size(1), 1, 1, 1),
                    (v, level, step) -> v.reshape(x.shape()).matmul(a).add(level / 1000).tanh().reshape(v.shape()),
                    (done, of, now, x0) -> rows.add(now.toFloatArray()));
            Tensor states = Tensor.stack(rows.stream().map(r -> Tensor.of(r, x.shape())).toList(), 0);
            return Map.of(
                    "sigmas", scope.keep(list(n + 1, i -> i < n ? stages.get(i).sigma() : stages.get(n - 1).next())),
                    "timesteps", scope.keep(list(n, i -> stages.get(i).timestep())),
                    "trajectory", scope.keep(states));
        }
    }

    /** The tabulated flow schedule and its noising, as Self-Forcing has them. */
    static Map<String, Tensor> flowMatch(GoldenCase golden, Device device) {
        var table = new FlowTable(golden.integer("train_steps"), golden.decimal("shift"), golden.decimal("sigma_min"),
                golden.decimal("sigma_max"), golden.config().path("extra_one_step").asBoolean());
        try (var scope = Scope.open("flow case");
                var in = golden.inputs()) {
            Tensor clean = video(in.read("clean").to(device));
            Tensor noise = video(in.read("noise").to(device));
            double[] levels = Arrays.stream(in.read("timestep").toDoubleArray()).map(t -> table.size() * table.sigmaAt(t)).toArray();
            var process = new Process(new FlowMatching(table.size(), 1), Prediction.FLOW);
            Tensor noisy = process.noisy(clean, noise, Levels.of(new double[][] {levels}));
            return Map.of(
                    "sigmas", scope.keep(list(table.size(), table::sigma)),
                    "timesteps", scope.keep(list(table.size(), table::timestep)),
                    "noisy", scope.keep(noisy.squeeze(0).transpose(0, 1).to(Device.CPU)));
        }
    }

    /** The state before each step and the result: [steps + 1, B, D]. */
    private static Tensor trajectory(GoldenCase golden, Device device, Process process, List<Step> steps, double levelToTimestep) {
        try (var in = golden.inputs();
                var weights = golden.weights()) {
            Tensor x = in.read("x").to(device); // [B, D]
            Tensor a = weights.read("A").to(device); // [D, D]
            ModelFunction network = (v, level, step) ->
                    v.reshape(x.shape()).matmul(a).add((level + levelToTimestep) / 1000).tanh().reshape(v.shape());
            var states = new ArrayList<Tensor>(List.of(Tensor.of(x.toFloatArray(), x.shape())));
            var rows = new ArrayList<float[]>();
            Ddim.sample(process, steps, x.reshape(x.size(0), x.size(1), 1, 1, 1), network, (done, of, now, x0) -> rows.add(now.toFloatArray()));
            rows.forEach(r -> states.add(Tensor.of(r, x.shape())));
            return Tensor.stack(states, 0);
        }
    }

    private static Tensor list(int n, IntToDoubleFunction f) {
        double[] v = new double[n];
        Arrays.setAll(v, f);
        return Tensor.of(v);
    }

    /** [F, C, H, W] as [1, C, F, H, W]. */
    private static Tensor video(Tensor frames) {
        return frames.transpose(0, 1).unsqueeze(0);
    }
}
