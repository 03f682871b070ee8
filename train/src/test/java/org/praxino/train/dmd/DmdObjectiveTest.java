package org.praxino.train.dmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.StudentPlan;
import org.praxino.io.Sha256;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.Loss;
import org.praxino.train.Optimisation;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.dmd.DmdTraining.Input;
import org.praxino.train.student.Dataset;
import org.praxino.train.student.StudentRollouts;
import org.praxino.train.student.TinyClips;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.StudentConfig;

/** Who learns when, where gradients go, that it leads to the teacher's distribution, and that it resumes. */
@ExtendWith(LeakCheck.class)
class DmdObjectiveTest {
    private static final StudentPlan SHAPE = new StudentPlan(1, List.of(1000.0, 700.0), 1, 4);

    @TempDir
    private Path temp;

    private static DmdTraining training(Input input, boolean checkpointing, Optimisation o) {
        return new DmdTraining(
                new Dataset(17, CompositionPreset.AS_IS, 6), input, null, null, List.of(2, 3),
                input == Input.REAL ? null : new DmdTraining.LongRollout(0.5, 4), new DmdTraining.ScoreSettings(1.5, 2, 0.02, 0.98),
                new DmdTraining.CriticSettings(3, 2, 2, 2e-3, 0, 0.99, 0, 1), checkpointing, o);
    }

    private static Optimisation schedule(long samples, int batch, int accumulate) {
        return new Optimisation(samples, batch, accumulate, 2e-3, 0, 0, 0, 0.99, 0, 1, 0.9, 5, "fp32", null);
    }

    private static DmdObjective objective(DmdTraining config, ProcessConfig process, Denoiser teacher, TinyClips clips) {
        var student = BlockRollout.Plan.of(new StudentConfig(TinyClips.NETWORK, process, SHAPE));
        var network = TinyClips.network(3);
        network.params().trainable(true);
        return new DmdObjective(config, network, student, teacher, TinyClips.network(4), clips.of(2, 3), clips.codec());
    }

    private static Map<String, float[]> gradients(Params params) {
        var out = new LinkedHashMap<String, float[]>();
        params.all().forEach((name, w) -> {
            if (w.hasGrad()) {
                out.put(name, w.grad().toFloatArray());
            }
        });
        return out;
    }

    @ParameterizedTest
    @EnumSource
    void gradientsReachTheStudentAlone(Input input) {
        try (var clips = new TinyClips(temp);
                var teacher = TinyClips.network(4);
                var scope = Scope.open("test")) {
            teacher.params().trainable(true); // so that a gradient that went astray would show
            try (var objective = objective(training(input, false, schedule(8, 4, 1)), TinyClips.FLOW, teacher, clips)) {
                var terms = objective.loss(4, 4);
                terms.loss().backward(1);
                assertThat(gradients(teacher.params())).isEmpty();
                assertThat(gradients(objective.critic().params())).isEmpty();
                assertThat(gradients(objective.params())).containsKeys("final.out.weight", "patch.weight", "layers.1.attention.qkv.weight");
                assertThat(terms.parts()).containsKeys("gradient", "critic");
                Gradients.clear(objective.params().tensors());
                objective.afterUpdate(4);
                assertThat(gradients(objective.params())).as("the critic's turn leaves the student alone").isEmpty();
                assertThat(gradients(teacher.params())).isEmpty();
            }
        }
    }

    /** Block by block with caches made again, or clip by clip, is the gradient through everything at once: nothing flows through the cache. */
    @ParameterizedTest
    @EnumSource
    void checkpointingChangesNoGradient(Input input) {
        try (var clips = new TinyClips(temp);
                var teacher = TinyClips.network(6);
                var scope = Scope.open("test");
                var plain = objective(training(input, false, schedule(8, 4, 1)), TinyClips.ZERO_SNR, teacher, clips);
                var again = objective(training(input, true, schedule(8, 4, 1)), TinyClips.ZERO_SNR, teacher, clips)) {
            var firsts = new TreeMap<Integer, Long>(); // of streams judged from the start and of streams judged late, where there are such
            for (long first = 4; first < 80; first += 4) {
                firsts.put(plain.task(first, 4).contextFrames(), first);
            }
            assertThat(firsts.keySet()).isEqualTo(input == Input.REAL ? Set.of(0) : Set.of(0, 4));
            for (long first : firsts.values()) {
                var terms = plain.loss(first, 4);
                terms.loss().backward(1);
                var accumulated = again.loss(first, 4);
                assertThat(accumulated.loss()).isInstanceOf(Loss.Accumulated.class);
                assertThat(accumulated.loss().value().item()).isCloseTo(terms.loss().value().item(), within(1e-6));
                var one = gradients(plain.params());
                var other = gradients(again.params());
                assertThat(other.keySet()).isEqualTo(one.keySet());
                one.forEach((name, g) -> assertThat(relative(other.get(name), g)).as(name).isLessThan(1e-3));
                Gradients.clear(plain.params().tensors());
                Gradients.clear(again.params().tensors());
                plain.afterUpdate(first);
                again.afterUpdate(first);
            }
            for (String name : plain.critic().params().all().keySet()) {
                Tensor a = plain.critic().params().all().get(name);
                Tensor b = again.critic().params().all().get(name);
                assertThat(a.sub(b).abs().max().item()).as("critic " + name).isLessThan(2e-3);
            }
        }
    }

    private static double relative(float[] a, float[] b) {
        double wrong = 0;
        double norm = 1e-12;
        for (int i = 0; i < a.length; i++) {
            wrong += Math.pow(a[i] - b[i], 2);
            norm += Math.pow(b[i], 2);
        }
        return Math.sqrt(wrong / norm);
    }

    @Test
    void theCriticLearnsSoManyTimesForEachUpdate() {
        try (var clips = new TinyClips(temp.resolve("clips"));
                var teacher = TinyClips.network(4);
                var scope = Scope.open("test");
                var objective = objective(training(Input.ROLLOUT, false, schedule(12, 2, 2)), TinyClips.FLOW, teacher, clips)) {
            run(objective, schedule(12, 2, 2), temp.resolve("run"), loop -> {});
            assertThat(RunFolder.openExisting(temp.resolve("run")).latest().orElseThrow().state().steps()).isEqualTo(3);
            assertThat(objective.criticUpdates()).as("2 before the first, 3 for each").isEqualTo(2 + 3 * 3);
        }
    }

    private static TrainLoop.End run(DmdObjective objective, Optimisation o, Path folder, java.util.function.Consumer<TrainLoop> started) {
        var loop = new TrainLoop(o, objective, RunFolder.open(folder, o), new TrainLoop.Intervals(9, 1, 9, 9), Device.CPU);
        started.accept(loop);
        return loop.run();
    }

    @ParameterizedTest
    @EnumSource
    void aStoppedRunContinuesBitEqual(Input input) {
        Optimisation o = schedule(24, 2, 2);
        try (var clips = new TinyClips(temp.resolve("clips"));
                var teacher = TinyClips.network(4)) {
            try (var objective = objective(training(input, false, o), TinyClips.FLOW, teacher, clips)) {
                run(objective, o, temp.resolve("whole"), loop -> {});
            }
            for (long until : new long[] {4, 12}) {
                try (var objective = objective(training(input, false, o), TinyClips.FLOW, teacher, clips)) {
                    assertThat(run(objective, o, temp.resolve("pieces"), loop -> Thread.startVirtualThread(() -> {
                                while (loop.samples() < until) {
                                    java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                                }
                                loop.stop();
                            })))
                            .isEqualTo(TrainLoop.End.STOPPED);
                }
            }
            try (var objective = objective(training(input, false, o), TinyClips.FLOW, teacher, clips)) {
                assertThat(run(objective, o, temp.resolve("pieces"), loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
            }
        }
        for (String file : List.of("weights", "ema", "optimizer", "objective")) {
            assertThat(hash("pieces", file)).as(file).isEqualTo(hash("whole", file));
        }
    }

    private String hash(String run, String file) {
        return Sha256.ofFile(RunFolder.openExisting(temp.resolve(run)).latest().orElseThrow().path().resolve(file + ".safetensors"));
    }

    /** A teacher whose data are one single clip: then that clip is what the student must end at, on either process, from either input (where past is noisy in training and clean in the check, not as nearly). */
    @ParameterizedTest
    @EnumSource
    void leadsToTheTeachersDistribution(Input input) {
        for (ProcessConfig process : input == Input.REAL ? List.of(TinyClips.ZERO_SNR) : List.of(TinyClips.FLOW, TinyClips.ZERO_SNR)) {
            Process p = process.process();
            Denoiser teacher = (in, policy) -> {
                int frames = (int) in.noisy().size(2);
                var out = new java.util.ArrayList<Tensor>();
                for (int b = 0; b < in.noisy().size(0); b++) {
                    Tensor x = in.noisy().narrow(0, b, 1);
                    double alpha = p.schedule().alpha(in.level().at(b, 0));
                    double sigma = p.schedule().sigma(in.level().at(b, 0));
                    Tensor x0 = Tensor.full(0.5, DType.F32, Device.CPU, x.shape());
                    Tensor eps = x.sub(x0.mul(alpha)).div(sigma);
                    var form = p.prediction().targetForm(alpha, sigma);
                    out.add(x0.mul(form.first()).add(eps.mul(form.second())));
                }
                return Tensor.cat(out, 0);
            };
            Optimisation o = new Optimisation(480, 4, 1, 3e-3, 0, 240, 0, 0.99, 0, 1, 0.9, 5, "fp32", null);
            var config = new DmdTraining(
                    new Dataset(17, CompositionPreset.AS_IS, 6), input, null, null, List.of(2), null, new DmdTraining.ScoreSettings(0, 2, 0.02, 0.98),
                    new DmdTraining.CriticSettings(2, 10, 2, 3e-3, 0, 0.99, 0, 1), false, o);
            try (var clips = new TinyClips(temp.resolve(process.family() + " clips"));
                    var scope = Scope.open("test");
                    var objective = objective(config, process, teacher, clips)) {
                double before = far(objective, clips, process);
                run(objective, o, temp.resolve(input + " " + process.family()), loop -> {});
                assertThat(far(objective, clips, process)).as(input + " " + process.family() + ", from " + before)
                        .isLessThan((input == Input.REAL ? 0.8 : 0.6) * before);
            }
        }
    }

    /** Mean distance from the teacher's only clip. */
    private static double far(DmdObjective objective, TinyClips clips, ProcessConfig process) {
        try (var scope = Scope.open("far")) {
            Tensor made = StudentRollouts.clips(
                    objective.student(), BlockRollout.Plan.of(new StudentConfig(TinyClips.NETWORK, process, SHAPE)), new BlockRollout.LatentSize(6, 3, 8, 8), 2,
                    clips.of(2).text(clips.of(2).spread(6)), 3, Device.CPU);
            return made.sub(0.5).abs().mean().item();
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> new DmdTraining.ScoreSettings(3, 1, 0.5, 0.4)).isInstanceOf(ConfigException.class).hasMessageContaining("high=0.4");
        assertThatThrownBy(() -> new DmdTraining.CriticSettings(0, 0, 1, 1e-4, 0, 0.9, 0, 1)).isInstanceOf(ConfigException.class)
                .hasMessageContaining("ratio=0");
    }
}
