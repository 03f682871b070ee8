package org.praxino.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.ode.CausalTrajectories;
import org.praxino.train.ode.OdeObjective;
import org.praxino.train.ode.OdeTraining;
import org.praxino.train.ode.TeacherTrajectories;
import org.praxino.train.ode.TrajectoryStore;
import org.praxino.train.student.StoredClips;
import org.praxino.train.student.Teacher;

/** Generates a model's ODE trajectories, trains a student on them, and exports a model folder. */
final class OdeRunner {
    private OdeRunner() {}

    /** @param started receives the loop before it runs, so that it can be stopped */
    static TrainLoop.End run(OdeRun config, Device device, Progress progress, Consumer<TrainLoop> started) {
        OdeTraining training = config.training();
        BaseModel teacher = BaseModel.open(config.teacher());
        BaseModel causal = config.causal() == null ? null : BaseModel.open(config.causal());
        BaseModel tokenizer = BaseModel.open(config.codec());
        BlockRollout.Plan student = teacher.plan(training.student());
        RunPlan.check(teacher, Path.of(config.data()), load(training, 0, 0), device);
        var parents = new ArrayList<>(List.of(teacher.hash()));
        if (causal != null) {
            parents.add(causal.hash());
        }
        try (var data = new StudentData(Path.of(config.data()), tokenizer, teacher, training.data(), device, progress)) {
            StoredClips clips = data.clips(training.trajectories().lengths());
            RunFolder folder = RunFolder.open(Path.of(config.run()), new RunIdentity(training, parents), parents);
            try (var paths = trajectories(training, teacher, causal, student, data, clips, device, progress);
                    var objective = new OdeObjective(
                            training, causal == null ? teacher.teacher(device) : causal.student(device), student, paths, clips, data.codec())) {
                var loop = new TrainLoop(training.optimisation(), objective, folder, config.intervals(), device);
                started.accept(loop);
                TrainLoop.End end = loop.run();
                teacher.export(folder, student, training, paths.digest(), loop.samples(), parents);
                return end;
            }
        }
    }

    /** Estimates the run; opens the teacher's folder only. */
    static RunPlan plan(OdeRun config, Device device) {
        OdeTraining t = config.training();
        BaseModel teacher = BaseModel.open(config.teacher());
        Path data = Path.of(config.data());
        teacher.plan(t.student());
        List<Integer> lengths = t.trajectories().lengths();
        int passes = t.trajectories().guidance() == 1 ? 1 : 2;
        double walk = t.trajectories().count() * RunPlan.forward(teacher, lengths, 1, data) * passes * (t.trajectories().steps()
                + (config.causal() == null ? 0 : 1));
        double train = (t.checkpointing() ? 4 : 3) * RunPlan.forward(teacher, lengths, clean(t) ? 2 : 1, data) * t.optimisation().samples();
        return RunPlan.of(config, teacher, data, load(t, walk, train), device);
    }

    private static boolean clean(OdeTraining t) {
        return t.context() == OdeTraining.Context.CLEAN;
    }

    private static RunPlan.Workload load(OdeTraining t, double walk, double train) {
        List<Integer> seen = t.trajectories().lengths().stream().map(l -> clean(t) ? 2 * l : l).toList();
        return new RunPlan.Workload(1, 0, t.optimisation().batch(), seen, t.checkpointing(), walk, train);
    }

    private static TrajectoryStore trajectories(
            OdeTraining training, BaseModel teacher, @Nullable BaseModel causal, BlockRollout.Plan student, StudentData data,
                    StoredClips clips, Device device,
            Progress progress) {
        var wanted = training.trajectories();
        List<Double> levels = student.levels().stream().map(l -> teacher.matchingLevel(student, l)).toList();
        long seed = training.optimisation().seed();
        if (causal == null) {
            try (var network = new Teacher(teacher.teacher(device), teacher.process(), teacher.hash())) {
                var source = new TeacherTrajectories(network, levels, wanted.steps(), wanted.guidance(), data.negativePrompt(clips));
                var key = new TrajectoryStore.Key(source.digest(), clips.digest(), wanted.lengths(), seed);
                return TrajectoryStore.open(data.trajectoryFolder(), key, wanted.count(), source, clips, progress);
            }
        }
        try (var network = causal.student(device)) {
            var source = new CausalTrajectories(network, causal.plan(), causal.process(), causal.hash(), levels, wanted.steps(), wanted.guidance());
            var key = new TrajectoryStore.Key(source.digest(), clips.digest(), wanted.lengths(), seed);
            return TrajectoryStore.open(data.trajectoryFolder(), key, wanted.count(), source, clips, progress);
        }
    }
}
