package org.praxino.train.run;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import org.praxino.io.model.ModelFolder;
import org.praxino.stream.Components;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.dmd.DmdCost;
import org.praxino.train.dmd.DmdObjective;
import org.praxino.train.dmd.DmdTraining;
import org.praxino.train.student.StoredClips;
import org.praxino.train.student.StudentShape;
import org.praxino.train.student.Teacher;
import org.praxino.walt.StudentConfig;

/** Leads a student to its teacher's distribution and exports a model folder with it. */
public final class DmdRunner {
    private DmdRunner() {}

    /** @param started given the loop before it runs, so that it can be stopped */
    public static TrainLoop.End run(DmdRun config, Device device, Progress progress, Consumer<TrainLoop> started) {
        DmdTraining training = config.training();
        ModelFolder start = ModelFolder.open(Path.of(config.start()));
        ModelFolder tokenizer = ModelFolder.open(Path.of(config.codec()));
        StudentConfig student = student(training, start);
        List<String> parents = List.of(start.info().hash());
        try (var data = new StudentData(Path.of(config.data()), tokenizer, start, training.data(), device, progress)) {
            StoredClips clips = data.clips(training.lengths());
            RunFolder folder = RunFolder.open(Path.of(config.run()), new Begun(training, parents));
            try (var teacher = Teacher.open(start, device);
                    var objective = new DmdObjective(
                            training, Starts.from(start, ModelFolder.STUDENT, student.network(), device), student, teacher.network(),
                            Starts.from(start, ModelFolder.DENOISER, student.network(), device), clips, data.codec())) {
                var loop = new TrainLoop(training.optimisation(), objective, folder, config.house(), device);
                started.accept(loop);
                TrainLoop.End end = loop.run();
                StudentExport.write(folder, start, student, training, clips.digest(), loop.samples(), parents);
                return end;
            }
        }
    }

    /** What the run will take; opens the folder to start from and nothing else. */
    public static RunPlan plan(DmdRun config, Device device) {
        DmdTraining t = config.training();
        ModelFolder start = ModelFolder.open(Path.of(config.start()));
        StudentConfig student = student(t, start);
        int steps = student.levels().size();
        IntToDoubleFunction forward = frames -> DmdCost.forward(student.network(), RunPlan.latent(start, frames));
        double before = DmdCost.before(t, steps, forward) * t.optimisation().batch() * t.optimisation().accumulate();
        double training = DmdCost.update(t, steps, forward) * t.optimisation().samples();
        return RunPlan.of(
                config, start, new RunPlan.Load(2, 1, t.optimisation().batch(), t.lengths(), t.checkpointing(), before, training), device);
    }

    /** @throws org.praxino.tensor.UserException when the folder has no student, or lengths are no whole blocks of its */
    private static StudentConfig student(DmdTraining training, ModelFolder start) {
        StudentConfig student = Components.studentConfig(start);
        training.lengths().forEach(StudentShape.of(student)::blocks);
        if (training.beyond() != null) {
            StudentShape.of(student).blocks(training.beyond().frames());
        }
        return student;
    }
}
