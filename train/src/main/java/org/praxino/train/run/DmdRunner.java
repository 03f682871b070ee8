package org.praxino.train.run;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.dmd.DmdFlops;
import org.praxino.train.dmd.DmdObjective;
import org.praxino.train.dmd.DmdTraining;
import org.praxino.train.student.StoredClips;

/** Trains a student by distribution matching distillation and exports a model folder. */
final class DmdRunner {
    private DmdRunner() {}

    /** @param started receives the loop before it runs, so that it can be stopped */
    static TrainLoop.End run(DmdRun config, Device device, Progress progress, Consumer<TrainLoop> started) {
        DmdTraining training = config.training();
        BaseModel start = BaseModel.open(config.start());
        BaseModel tokenizer = BaseModel.open(config.codec());
        BlockRollout.Plan student = student(training, start);
        RunPlan.check(start, Path.of(config.data()), load(training, 0, 0), device);
        List<String> parents = List.of(start.hash());
        try (var data = new StudentData(Path.of(config.data()), tokenizer, start, training.data(), device, progress)) {
            StoredClips clips = data.clips(training.lengths());
            RunFolder folder = RunFolder.open(Path.of(config.run()), new RunIdentity(training, parents), parents);
            try (var teacher = start.teacher(device);
                    var objective = new DmdObjective(
                            training, start.student(device), student, teacher, start.teacher(device), clips, data.codec(),
                                    data.negativePrompt(clips))) {
                var loop = new TrainLoop(training.optimisation(), objective, folder, config.intervals(), device);
                started.accept(loop);
                TrainLoop.End end = loop.run();
                start.export(folder, student, training, clips.digest(), loop.samples(), parents);
                return end;
            }
        }
    }

    /** Estimates the run; opens the start folder only. */
    static RunPlan plan(DmdRun config, Device device) {
        DmdTraining t = config.training();
        BaseModel start = BaseModel.open(config.start());
        Path data = Path.of(config.data());
        BlockRollout.Plan student = student(t, start);
        int steps = student.levels().size();
        IntToDoubleFunction forward = frames -> RunPlan.forward(start, frames, data);
        double before = DmdFlops.warmup(t, steps, forward) * t.optimisation().batch() * t.optimisation().accumulate();
        double training = DmdFlops.update(t, steps, forward) * t.optimisation().samples();
        return RunPlan.of(config, start, data, load(t, before, training), device);
    }

    private static RunPlan.Workload load(DmdTraining t, double before, double training) {
        return new RunPlan.Workload(2, 1, t.optimisation().batch(), t.lengths(), t.checkpointing(), before, training);
    }

    /** @throws org.praxino.tensor.UserException when the folder has no student, or lengths are no whole blocks of its */
    private static BlockRollout.Plan student(DmdTraining training, BaseModel model) {
        BlockRollout.Plan start = model.plan();
        BlockRollout.Plan student = training.levels() == null
                ? start
                : model.plan(start.student().withLevels(training.levels(), training.firstLevels()));
        training.lengths().forEach(student.student()::blocks);
        if (training.longRollout() != null) {
            student.student().blocks(training.longRollout().contextFrames());
        }
        return student;
    }
}
