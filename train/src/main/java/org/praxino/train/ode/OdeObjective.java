package org.praxino.train.ode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.train.Loss;
import org.praxino.train.Objective;
import org.praxino.train.Optimisation;
import org.praxino.train.student.BlockLevels;
import org.praxino.train.student.CheckpointedPass;
import org.praxino.train.student.StoredClips;
import org.praxino.train.student.StudentFlops;
import org.praxino.train.student.StudentRollouts;

/**
 * Regression on ODE trajectories (CausVid eq. 6): {@code mean ‖G({x_t^i}, {t^i}) − {x_0^i}‖²}, with a separate level per block and the end
 * of the trajectory as target.
 */
public final class OdeObjective implements Objective {
    private final OdeTraining config;
    private final TrainableDenoiser network;
    private final BlockRollout.Plan student;
    private final TrajectoryStore trajectories;
    private final StoredClips clips;
    private final VideoCodec codec;

    /**
     * @param network the student as it begins; owned
     * @param clips for the states of captions; not owned, nor are the others
     * @param codec for the sheet only
     */
    public OdeObjective(
            OdeTraining config, TrainableDenoiser network, BlockRollout.Plan student, TrajectoryStore trajectories, StoredClips clips,
                    VideoCodec codec) {
        this.config = config;
        this.network = network;
        this.student = student;
        this.trajectories = trajectories;
        this.clips = clips;
        this.codec = codec;
    }

    @Override
    public Params params() {
        return network.params();
    }

    /** The student as it is now. */
    TrainableDenoiser network() {
        return network;
    }

    @Override
    public LossTerms loss(long first, int count) {
        Optimisation o = config.optimisation();
        var random = RandomStream.of(o.seed(), "ode batch", first);
        TrajectoryStore.Batch batch = trajectories.draw(RandomStream.of(o.seed(), "ode length", o.update(first)), random, count);
        Tensor all = batch.trajectories().to(clips.device()); // [B, levels + 1, C, T, H, W]
        int[][] states = drawStates(random, count, (int) all.size(3));
        Levels levels = levels(states);
        Tensor noisy = statesAt(all, states);
        Tensor end = all.select(1, student.levels().size());
        Process process = student.process();
        Tensor counts = levels.map(l -> l == 0 ? 0 : 1, clips.device()); // [B, 1, T, 1, 1]
        Tensor each = counts.div(counts.sum().mul((double) all.size(2) * all.size(4) * all.size(5)));
        Loss loss = pass(noisy, end, levels, clips.text(batch.captions()),
                predicted -> process.x0(predicted, noisy, levels).sub(end).square().mul(each).sum());
        return new LossTerms(loss, Map.of());
    }

    /** For each frame, which state of the path it is shown at: a level's number, or behind the last the clean end. */
    private int[][] drawStates(RandomStream random, int count, int frames) {
        int clean = student.levels().size();
        int[][] states = new int[count][frames];
        for (int[] row : states) {
            boolean learns = false;
            for (int t = 0; t < frames; t += student.block()) {
                boolean last = t + student.block() >= frames;
                // The last block is shown noisy when all others are clean: every clip has something to learn.
                boolean shown = random.uniform() < config.cleanProbability() && (learns || !last);
                int level = random.nextInt(clean);
                learns |= !shown;
                Arrays.fill(row, t, Math.min(frames, t + student.block()), shown ? clean : level);
            }
        }
        return states;
    }

    private Levels levels(int[][] states) {
        return Levels.of(Arrays.stream(states)
                .map(row -> Arrays.stream(row).mapToDouble(s -> s == student.levels().size() ? 0 : student.levels().get(s)).toArray())
                .toArray(double[][]::new));
    }

    /** [B, levels + 1, C, T, H, W] at a state for each frame: [B, C, T, H, W]. */
    private static Tensor statesAt(Tensor all, int[][] states) {
        var clips = new ArrayList<Tensor>();
        for (int b = 0; b < states.length; b++) {
            Tensor path = all.select(0, b);
            var frames = new ArrayList<Tensor>();
            for (int t = 0; t < states[b].length; t++) {
                frames.add(path.select(0, states[b][t]).narrow(1, t, 1));
            }
            clips.add(Tensor.cat(frames, 1));
        }
        return Tensor.stack(clips, 0);
    }

    /** @param loss of what is predicted of the noisy frames, [B, C, T, H, W] */
    private Loss pass(Tensor noisy, Tensor end, Levels levels, Condition.Text text, UnaryOperator<Tensor> loss) {
        double weight = 1.0 / config.optimisation().accumulate();
        return switch (config.context()) {
            case NOISY -> CheckpointedPass.loss(
                    network, DenoiserInput.clips(noisy, levels, text), new AttentionPolicy.BlockCausal(student.block()),
                    config.checkpointing(), weight, loss);
            case CLEAN -> {
                int frames = levels.frames();
                var in = DenoiserInput.clips(Tensor.cat(2, end, noisy), BlockLevels.afterClean(levels), text);
                yield CheckpointedPass.loss(
                        network, in, new AttentionPolicy.TeacherForced(student.block()), config.checkpointing(), weight,
                        predicted -> loss.apply(predicted.narrow(2, frames, frames)));
            }
        };
    }

    @Override
    public boolean supportsParallelPasses() {
        return !config.checkpointing(); // that takes gradients in several pieces, whose order would not be fixed
    }

    @Override
    public double flopsPerSample() {
        int passes = config.context() == OdeTraining.Context.CLEAN ? 2 : 1;
        return (config.checkpointing() ? 4 : 3) * StudentFlops.forward(network, clips, config.trajectories().lengths(), passes);
    }

    @Override
    public void sheet(Path png) {
        StudentRollouts.sheet(png, network, student, clips, codec);
    }

    @Override
    public String dataDigest() {
        return trajectories.digest();
    }

    @Override
    public void close() {
        network.close();
    }
}
