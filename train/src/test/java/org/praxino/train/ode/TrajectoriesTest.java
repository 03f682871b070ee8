package org.praxino.train.ode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Ddim;
import org.praxino.diffusion.Guidance;
import org.praxino.diffusion.Guided;
import org.praxino.diffusion.Step;
import org.praxino.diffusion.StepListener;
import org.praxino.diffusion.StudentPlan;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.student.Teacher;
import org.praxino.train.student.TinyClips;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.StudentConfig;

/** Paths pass through the student's levels, end where the sampler ends, know no future when they are causal, and keep on disk. */
@ExtendWith(LeakCheck.class)
class TrajectoriesTest {
    private static final List<Double> LEVELS = List.of(1000.0, 900.0, 640.0);

    @TempDir
    private Path temp;

    @Test
    void stepsStopAtTheStudentsLevels() {
        List<Step> steps = TrajectorySteps.through(TinyClips.FLOW, 4, LEVELS);
        assertThat(steps).extracting(s -> (double) Math.round(s.level())).containsExactly(1000.0, 900.0, 750.0, 640.0, 500.0);
        for (int i = 0; i + 1 < steps.size(); i++) {
            assertThat(steps.get(i).next()).isEqualTo(steps.get(i + 1).level());
        }
        assertThat(steps.getLast().next()).isZero();
        assertThat(TrajectorySteps.through(TinyClips.FLOW, 4, List.of(1000.0, 900.0, 750.0, 500.0))).hasSize(4);
    }

    @Test
    void fromEveryStateTheSamplerContinuesToTheSameEnd() {
        for (ProcessConfig process : new ProcessConfig[] {TinyClips.FLOW, TinyClips.ZERO_SNR}) {
            try (var clips = new TinyClips(temp);
                    var scope = Scope.open("test");
                    var teacher = new Teacher(TinyClips.network(3), process, "teacher")) {
                Condition.Text text = clips.of(3).text(clips.of(3).spread(2));
                Tensor noise = RandomStream.of(1, "noise").normal(2, 3, 3, 8, 8);
                Tensor path = new TeacherTrajectories(teacher, LEVELS, 6, 2).sample(noise, text);
                assertThat(path.shape()).containsExactly(2, 4, 3, 3, 8, 8);
                assertThat(path.select(1, 0).sameAs(noise)).isTrue();
                List<Step> steps = TrajectorySteps.through(process, 6, LEVELS);
                for (int i = 0; i < LEVELS.size(); i++) {
                    double level = LEVELS.get(i);
                    List<Step> rest = steps.stream().filter(s -> s.level() <= level).toList();
                    try (var guided = new Guided(
                            teacher.network(), teacher.process(),
                            DenoiserInput.clips(noise, Levels.all(0, 2, 3), text), new Condition.None(),
                            new Guidance.Constant(2), AttentionPolicy.FULL, false)) {
                        Tensor end = Ddim.sample(teacher.process(), rest, path.select(1, i), guided, StepListener.SILENT);
                        assertThat(end.sameAs(path.select(1, 3))).as("from level " + level).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void causalPathsKnowNoFuture() {
        for (double guidance : new double[] {1, 2.5}) {
            try (var clips = new TinyClips(temp);
                    var scope = Scope.open("test");
                    var network = TinyClips.network(3)) {
                var causal = new StudentConfig(TinyClips.NETWORK, TinyClips.FLOW, new StudentPlan(1, List.of(1000.0), 1, 4));
                var source = new CausalTrajectories(network, BlockRollout.Plan.of(causal), causal.process(), "causal", LEVELS, 4, guidance);
                Condition.Text text = clips.of(4).text(clips.of(4).spread(2));
                Tensor noise = RandomStream.of(1, "noise").normal(2, 3, 4, 8, 8);
                Tensor other = Tensor.cat(2, noise.narrow(2, 0, 2), RandomStream.of(2, "noise").normal(2, 3, 2, 8, 8));
                Tensor path = source.sample(noise, text);
                Tensor changed = source.sample(other, text);
                assertThat(path.shape()).containsExactly(2, 4, 3, 4, 8, 8);
                assertThat(changed.narrow(3, 0, 2).sameAs(path.narrow(3, 0, 2))).isTrue();
                assertThat(changed.narrow(3, 2, 2).sameAs(path.narrow(3, 2, 2))).isFalse();
                Tensor past = source.sample(Tensor.cat(2, noise.narrow(2, 0, 1).neg(), noise.narrow(2, 1, 3)), text);
                assertThat(past.select(1, 3).narrow(2, 3, 1).sameAs(path.select(1, 3).narrow(2, 3, 1))).as("the past matters").isFalse();
            }
        }
    }

    @Test
    void partsAreWholeOrAbsentAndWalkedOnce() throws IOException {
        var walked = new AtomicInteger();
        TrajectorySource counting = new TrajectorySource() {
            @Override
            public Tensor sample(Tensor noise, Condition.Text text) {
                walked.incrementAndGet();
                return Tensor.stack(List.of(noise, noise.mul(0.5), noise.mul(0.25), noise.mul(0)), 1);
            }

            @Override
            public String digest() {
                return "counting";
            }
        };
        try (var clips = new TinyClips(temp)) {
            var key = new TrajectoryStore.Key("counting", clips.of(5).digest(), List.of(3, 5), 1);
            Path root = temp.resolve("paths");
            try (var store = TrajectoryStore.open(root, key, 20, counting, clips.of(5), Progress.SILENT)) {
                assertThat(store.size()).isEqualTo(24);
                assertThat(walked).hasValue(3);
            }
            try (var store = TrajectoryStore.open(root, key, 32, counting, clips.of(5), Progress.SILENT);
                    var scope = Scope.open("test")) {
                assertThat(walked).as("three parts were there").hasValue(4);
                for (int i = 0; i < 8; i++) {
                    TrajectoryStore.Batch batch = store.draw(RandomStream.of(i, "length"), RandomStream.of(i, "batch"), 5);
                    long[] shape = batch.trajectories().shape();
                    assertThat(shape).isIn(new long[] {5, 4, 3, 3, 8, 8}, new long[] {5, 4, 3, 5, 8, 8});
                    assertThat(batch.captions()).hasSize(5).allSatisfy(c -> assertThat(c).contains("square"));
                    assertThat(batch.trajectories().select(1, 0).mul(0.5).sub(batch.trajectories().select(1, 1)).abs().max().item()).isLessThan(2e-3);
                }
            }
            try (var folders = Files.list(root)) {
                Path folder = folders.findFirst().orElseThrow();
                Files.write(folder.resolve("000001.safetensors"), new byte[] {1, 2, 3});
                Files.delete(folder.resolve("000002.json"));
            }
            try (var store = TrajectoryStore.open(root, key, 32, counting, clips.of(5), Progress.SILENT)) {
                assertThat(walked).as("the damaged part and the one without its index").hasValue(6);
                assertThat(store.size()).isEqualTo(32);
            }
        }
    }
}
