package org.praxino.train.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.condition.Condition;
import org.praxino.diffusion.StudentPlan;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.Optimisation;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.ode.OdeTraining.Context;
import org.praxino.train.student.Dataset;
import org.praxino.train.student.TinyClips;
import org.praxino.walt.StudentConfig;

/** Regression on paths: what is counted, and that a student learns the ends by heart and then streams them. */
@ExtendWith(LeakCheck.class)
class OdeObjectiveTest {
    private static final Dataset DATA = new Dataset(17, CompositionPreset.AS_IS, 6);

    @TempDir
    private Path temp;

    /** Ends are the clips' own latents: a path of straight lines from noise, as a perfect teacher's. */
    private static TrajectorySource straight(TinyClips clips, StudentPlan shape) {
        return new TrajectorySource() {
            @Override
            public Tensor sample(Tensor noise, Condition.Text text) {
                var batch = clips.of((int) noise.size(2)).draw(
                        org.praxino.tensor.RandomStream.of(4, "length"), org.praxino.tensor.RandomStream.of(4, "ends"), (int) noise.size(0));
                var states = new java.util.ArrayList<Tensor>();
                for (double level : shape.levels()) {
                    states.add(noise.mul(level / 1000).add(batch.clean().mul(1 - level / 1000)));
                }
                states.add(batch.clean());
                return Tensor.stack(states, 1);
            }

            @Override
            public String digest() {
                return "straight";
            }
        };
    }

    private static OdeTraining training(StudentPlan shape, Context context, double clean, long samples) {
        return new OdeTraining(
                shape, DATA, new OdeTraining.Trajectories(8, List.of(3), 4, 1), context, clean, context == Context.CLEAN,
                new Optimisation(samples, 8, 1, 3e-3, samples / 40, samples / 4, 0.9, 0.99, 0, 1, 0.9, 1, "fp32", null));
    }

    @Test
    void aStudentOverfitsAFewTrajectoriesAndStreamsThem() {
        for (Context context : Context.values()) {
            var shape = new StudentPlan(1, List.of(1000.0), 1, 3);
            try (var clips = new TinyClips(temp.resolve(context.name()))) {
                var config = training(shape, context, context == Context.NOISY ? 0.4 : 0, 2000);
                var key = new TrajectoryStore.Key("straight", "tiny", List.of(3), 1);
                try (var paths = TrajectoryStore.open(temp.resolve(context.name() + " paths"), key, 8, straight(clips, shape), clips.of(3),
                        Progress.SILENT);
                        var scope = Scope.open("test");
                        var objective = new OdeObjective(
                                config, TinyClips.network(3), BlockRollout.Plan.of(new StudentConfig(TinyClips.NETWORK, TinyClips.FLOW, shape)), paths,
                                        clips.of(3), clips.codec())) {
                    double before = loss(objective);
                    var folder = RunFolder.open(temp.resolve(context.name() + " run"), config);
                    var loop = new TrainLoop(config.optimisation(), objective, folder, new TrainLoop.Intervals(9, 1, 9, 9), Device.CPU);
                    assertThat(loop.run()).isEqualTo(TrainLoop.End.FINISHED);
                    double after = loss(objective);
                    assertThat(after).as(context + ": from " + before).isLessThan(0.08);
                    assertThat(temp.resolve(context.name() + " run/sheets")).isNotEmptyDirectory();

                    TrajectoryStore.Batch known = paths.draw(org.praxino.tensor.RandomStream.of(9, "check"),
                            org.praxino.tensor.RandomStream.of(9, "check"), 2);
                    try (var rollout = new BlockRollout(
                            objective.network(), BlockRollout.Plan.of(new StudentConfig(TinyClips.NETWORK, TinyClips.FLOW, shape)),
                            new BlockRollout.LatentSize(2, 3, 8, 8), Device.CPU);
                            var text = objective.network().prepare(clips.of(3).text(known.captions()), 2)) {
                        BlockRollout.Noise same = (block, step, s) -> known.trajectories().select(1, 0).narrow(2, block, 1);
                        Tensor made = Tensor.cat(List.of(rollout.next(text, same), rollout.next(text, same), rollout.next(text, same)), 2);
                        assertThat(made.mse(known.trajectories().select(1, 1)).item()).as(context + ", streamed").isLessThan(0.2);
                    }
                }
            }
        }
    }

    private static double loss(OdeObjective objective) {
        objective.params().trainable(true);
        double loss = objective.loss(0, 8).loss().value().item();
        Gradients.clear(objective.params().tensors()); // taken already where layers are computed again
        return loss;
    }

    @Test
    void cleanBlocksAreContextAndNotCounted() {
        var shape = new StudentPlan(1, List.of(1000.0, 600.0), 1, 3);
        try (var clips = new TinyClips(temp.resolve("clips"));
                var scope = Scope.open("test")) {
            var key = new TrajectoryStore.Key("straight", "tiny", List.of(3), 1);
            try (var paths = TrajectoryStore.open(temp.resolve("paths"), key, 8, straight(clips, shape), clips.of(3), Progress.SILENT);
                    var objective = new OdeObjective(
                            training(shape, Context.NOISY, 0.999, 8), TinyClips.network(3),
                                    BlockRollout.Plan.of(new StudentConfig(TinyClips.NETWORK, TinyClips.FLOW, shape)), paths,
                            clips.of(3), clips.codec())) {
                // All blocks but the last of each clip are clean; the loss is a mean over the last ones alone, not thinned by the others.
                double mostlyClean = objective.loss(0, 8).loss().value().item();
                assertThat(mostlyClean).isGreaterThan(0.1);
                objective.params().trainable(true);
                objective.loss(0, 8).loss().backward(1);
                assertThat(Gradients.clip(objective.params().tensors(), 1e9)).isPositive().isFinite();
                Gradients.clear(objective.params().tensors());
                objective.params().trainable(false);
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        var shape = new StudentPlan(2, List.of(1000.0), 1, 3);
        assertThatThrownBy(() -> training(shape, Context.NOISY, 0, 8)).isInstanceOf(ConfigException.class).hasMessageContaining("blocks of 2");
        var one = new StudentPlan(1, List.of(1000.0), 1, 3);
        assertThatThrownBy(() -> training(one, Context.CLEAN, 0.5, 8)).isInstanceOf(ConfigException.class).hasMessageContaining("context=CLEAN");
        assertThatThrownBy(() -> new StudentPlan(1, List.of(900.0), 1, 3)).isInstanceOf(ConfigException.class).hasMessageContaining("1000");
        assertThatThrownBy(() -> new StudentConfig(TinyClips.NETWORK, TinyClips.FLOW, new StudentPlan(1, List.of(1000.0), 4, 4)))
                .isInstanceOf(ConfigException.class).hasMessageContaining("frames=6");
    }
}
