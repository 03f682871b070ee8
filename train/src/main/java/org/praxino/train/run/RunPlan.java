package org.praxino.train.run;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gemm;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.train.student.StudentFlops;
import org.praxino.walt.WaltTransformer;

/**
 * Estimates memory and time of a training stage from tensor shapes and the measured speed of a matrix product. Excludes caches, the JVM and
 * the text encoder.
 *
 * @param run the resolved configuration
 * @param memory most that is needed at once
 * @param time of the whole run from its beginning
 */
public record RunPlan(Object run, Memory memory, Time time) {
    /**
     * In MiB.
     *
     * @param weights of all networks
     * @param optimisers gradients, moments and averages
     * @param activations kept for the backward pass of the longest clips
     * @param total of these
     */
    public record Memory(long weights, long optimisers, long activations, long total) {}

    /**
     * @param gemmGflops speed of a large matrix product, measured now on the threads given
     * @param share of it that passes reach: measured on networks of up to a gigabyte of weights, else assumed
     * @param teraflopsBefore work before the first update, such as walking paths
     * @param teraflopsTraining work of all updates
     * @param minutesBefore wall time of the former
     * @param minutesTraining wall time of the latter
     */
    public record Time(
            double gemmGflops, double share, double teraflopsBefore, double teraflopsTraining, double minutesBefore, double minutesTraining) {}

    /** Speed of passes against that of a large matrix product, for networks that are too large to try; see {@code praxino bench train}. */
    private static final double SHARE = 0.6;

    /** Clips of the pass that is timed, at most. */
    private static final int MEASURED_CLIPS = 4;

    private static final long MIB = 1 << 20;

    /** MiB of weights from which on memory is checked. */
    private static final long LARGE = 1024;

    /** What of a stage is counted. @param trained networks with an optimiser @param frozen networks without @param batch clips of a pass */
    record Workload(int trained, int frozen, int batch, List<Integer> lengths, boolean checkpointing, double before, double training) {}

    /** @param base whose network all others are copies of @param data folder of prepared data */
    static RunPlan of(Object run, BaseModel base, Path data, Workload load, Device device) {
        double peak = Gemm.peak(device, DType.F32);
        Memory memory = memory(base, data, load);
        double share = base instanceof WaltBaseModel && memory.weights < LARGE ? measuredShare(base, data, load, peak, device) : SHARE;
        double speed = peak * share / 1e3;
        return new RunPlan(
                run, memory,
                new Time(round(peak), Math.round(share * 100) / 100.0, round(load.before), round(load.training),
                        round(load.before / speed / 60), round(load.training / speed / 60)));
    }

    /** Share of the peak in a forward and backward pass of the base network on noise, the second of two. */
    private static double measuredShare(BaseModel base, Path data, Workload load, double peak, Device device) {
        int batch = Math.min(load.batch, MEASURED_CLIPS);
        long[] latent = base.latentShape(load.lengths.stream().mapToInt(i -> i).max().orElseThrow(), data);
        double seconds = 0;
        try (var scope = Scope.open("speed of a pass");
                var network = (WaltTransformer) base.teacher(device)) {
            List<Tensor> weights = List.copyOf(network.params().all().values());
            weights.forEach(w -> w.requiresGrad(true));
            var random = RandomStream.of(1, "speed of a pass");
            Tensor noisy = random.normal(batch, latent[0], latent[1], latent[2], latent[3]).to(device);
            Tensor states = random.normal(batch, StudentFlops.TEXT_TOKENS, network.config().text().dim()).to(device);
            var text = new Condition.Text(states, Tensor.of(ones(batch * StudentFlops.TEXT_TOKENS), batch, StudentFlops.TEXT_TOKENS).to(DType.BOOL).to(device));
            var in = DenoiserInput.clips(noisy, Levels.all(500, batch, (int) latent[1]), text);
            for (int i = 0; i < 2; i++) {
                try (var pass = Scope.open("pass")) {
                    long start = System.nanoTime();
                    Tensor loss = network.predict(in, AttentionPolicy.FULL).square().mean();
                    loss.backward();
                    loss.item();
                    seconds = (System.nanoTime() - start) / 1e9;
                }
                Gradients.clear(weights);
            }
            return 3 * batch * network.flops(latent, StudentFlops.TEXT_TOKENS) / seconds / (peak * 1e9);
        }
    }

    private static float[] ones(int count) {
        var ones = new float[count];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    private static Memory memory(BaseModel base, Path data, Workload load) {
        long weights;
        try (var counted = base.withoutWeights()) {
            weights = 4 * counted.params().count();
        }
        long[] longest = base.latentShape(load.lengths.stream().mapToInt(i -> i).max().orElseThrow(), data);
        int[] shape = base.patchAndLayers();
        long tokens = load.batch * longest[1] * longest[2] * longest[3] / shape[0];
        // Per layer and token, as seen in training: all that the backward pass reads, and its own values.
        long[] each = base.activationBytesPerToken();
        long activations = tokens * (load.checkpointing ? each[0] + each[1] * shape[1] : each[0] * shape[1]);
        long optimisers = 4 * weights * load.trained;
        long all = weights * (load.trained + load.frozen);
        return new Memory(all / MIB, optimisers / MIB, activations / MIB, (all + optimisers + activations) / MIB);
    }

    /** Rejects a run that would not fit in memory before loading, with a setting that would. Only for networks of gigabytes. */
    static void check(BaseModel base, Path data, Workload load, Device device) {
        long free = Backend.availableBytes(device) / MIB;
        Memory need = memory(base, data, load);
        if (need.total <= free || need.weights < LARGE) {
            return;
        }
        List<Integer> shortest = List.of(load.lengths.stream().mapToInt(i -> i).min().orElseThrow());
        var ways = new LinkedHashMap<String, Workload>();
        ways.put("checkpointing: true", new Workload(load.trained, load.frozen, load.batch, load.lengths, true, 0, 0));
        ways.put("checkpointing: true and batch: 1", new Workload(load.trained, load.frozen, 1, load.lengths, true, 0, 0));
        ways.put("checkpointing: true, batch: 1 and the shortest of its lengths alone",
                new Workload(load.trained, load.frozen, 1, shortest, true, 0, 0));
        String remedy = ways.entrySet().stream().filter(way -> memory(base, data, way.getValue()).total <= free).findFirst()
                .map(way -> "it fits with " + way.getKey() + " (" + memory(base, data, way.getValue()).total + " MiB)")
                .orElse("networks, gradients and moments alone take " + (need.weights + need.optimisers) + " MiB, so it takes a larger device");
        throw new UserException("this training needs about " + need.total + " MiB on " + device + ", where " + free + " MiB are free: " + remedy);
    }

    private static double round(double v) {
        return Math.round(v * 10) / 10.0;
    }

    /** TFLOP of a forward pass over one clip of so many latent frames. */
    static double forward(BaseModel base, int frames, Path data) {
        try (var counted = base.withoutWeights()) {
            return StudentFlops.forward(counted, base.latentShape(frames, data)) / 1e12;
        }
    }

    /** As {@link #forward(BaseModel, int, Path)}, averaged over {@code lengths}, each clip being so many times as long. */
    static double forward(BaseModel base, List<Integer> lengths, int times, Path data) {
        return lengths.stream().mapToDouble(t -> forward(base, t * times, data)).average().orElseThrow();
    }
}
