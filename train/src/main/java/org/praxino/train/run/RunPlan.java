package org.praxino.train.run;

import java.util.List;
import org.praxino.io.model.ModelFolder;
import org.praxino.stream.Components;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gemm;
import org.praxino.tensor.Params;
import org.praxino.train.student.StudentFlops;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/**
 * What a stage of a student will take, reckoned before it starts. Reckoned from shapes and a matrix product timed now; caches, the
 * program itself and the text encoder are not in it.
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
     * @param share of it that passes are reckoned to reach
     * @param teraflopsBefore work before the first update, such as walking paths
     * @param teraflopsTraining work of all updates
     * @param minutesBefore wall time of the former
     * @param minutesTraining wall time of the latter
     */
    public record Time(
            double gemmGflops, double share, double teraflopsBefore, double teraflopsTraining, double minutesBefore, double minutesTraining) {}

    /** Speed of passes against that of a large matrix product on the bundled model; see {@code praxino bench train}. */
    private static final double SHARE = 0.6;

    private static final long MIB = 1 << 20;

    /** What of a stage is counted. @param trained networks with an optimiser @param frozen networks without @param batch clips of a pass */
    record Load(int trained, int frozen, int batch, List<Integer> lengths, boolean checkpointing, double before, double training) {}

    /** @param teacher whose network all others are copies of */
    static RunPlan of(Object run, ModelFolder teacher, Load load, Device device) {
        WaltConfig network = Components.teacherNetwork(teacher);
        long weights;
        try (var counted = new WaltTransformer(network, Params.counting())) {
            weights = 4 * counted.params().count();
        }
        long[] longest = latent(teacher, load.lengths.stream().mapToInt(i -> i).max().orElseThrow());
        long tokens = load.batch * longest[1] * longest[2] * longest[3] / ((long) network.patch() * network.patch());
        // Per layer and token, as seen in training: all that the backward pass reads, and its own values.
        long each = 4L * (40L * network.dim() + 4L * network.mlp());
        long activations = tokens * (load.checkpointing ? each + 4L * network.dim() * network.layers() : each * network.layers());
        long optimisers = 4 * weights * load.trained;
        long all = weights * (load.trained + load.frozen);
        double peak = Gemm.peak(device, DType.F32);
        double speed = peak * SHARE / 1e3;
        return new RunPlan(
                run,
                new Memory(all / MIB, optimisers / MIB, activations / MIB, (all + optimisers + activations) / MIB),
                new Time(round(peak), SHARE, round(load.before), round(load.training),
                        round(load.before / speed / 60), round(load.training / speed / 60)));
    }

    private static double round(double v) {
        return Math.round(v * 10) / 10.0;
    }

    /** [C, T, H, W] of a clip of so many latent frames. */
    static long[] latent(ModelFolder teacher, int frames) {
        var codec = teacher.config(ModelFolder.CODEC, CodecConfig.class);
        int factor = codec.spaceFactor();
        var size = teacher.info().size();
        return new long[] {codec.latentChannels(), frames, size.height() / factor, size.width() / factor};
    }

    /** TFLOP of a forward pass over one clip, averaged over {@code lengths}, each clip being so many times as long. */
    static double forward(ModelFolder teacher, List<Integer> lengths, int times) {
        WaltConfig network = Components.teacherNetwork(teacher);
        return lengths.stream().mapToDouble(t -> StudentFlops.forward(network, latent(teacher, t * times))).average().orElseThrow() / 1e12;
    }
}
