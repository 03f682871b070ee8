package org.praxino.train.run;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.praxino.io.model.ModelFolder;
import org.praxino.stream.WaltComponents;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.causal.CausalObjective;
import org.praxino.train.causal.CausalTraining;
import org.praxino.train.student.StoredClips;
import org.praxino.walt.StudentConfig;

/** Trains a causal model by teacher forcing and exports it as the student of a model folder. */
final class CausalRunner {
    private CausalRunner() {}

    /** @param started receives the loop before it runs, so that it can be stopped */
    static TrainLoop.End run(CausalRun config, Device device, Progress progress, Consumer<TrainLoop> started) {
        CausalTraining training = config.training();
        StageStart from = StageStart.open(Path.of(config.teacher()));
        ModelFolder teacher = from.model();
        BaseModel tokenizer = BaseModel.open(config.codec());
        StudentConfig student = student(training, teacher);
        List<String> parents = List.of(teacher.info().hash());
        try (var data = new StudentData(Path.of(config.data()), tokenizer, new WaltBaseModel(from), training.data(), device, progress)) {
            StoredClips clips = data.clips(training.lengths());
            RunFolder folder = RunFolder.open(Path.of(config.run()), new RunIdentity(training, parents), parents);
            try (var objective = new CausalObjective(
                    training, WeightInitialisation.from(from, ModelFolder.DENOISER, student.network(), device), student, clips, data.codec())) {
                var loop = new TrainLoop(training.optimisation(), objective, folder, config.intervals(), device);
                started.accept(loop);
                TrainLoop.End end = loop.run();
                StudentExport.write(folder, teacher, student, training, clips.digest(), loop.samples(), parents);
                return end;
            }
        }
    }

    /** Estimates the run; opens the teacher's folder only. */
    static RunPlan plan(CausalRun config, Device device) {
        CausalTraining t = config.training();
        StageStart from = StageStart.open(Path.of(config.teacher()));
        ModelFolder teacher = from.model();
        BaseModel base = new WaltBaseModel(from);
        Path data = Path.of(config.data());
        student(t, teacher);
        double train = (t.checkpointing() ? 4 : 3) * RunPlan.forward(base, t.lengths(), 2, data) * t.optimisation().samples();
        List<Integer> seen = t.lengths().stream().map(l -> 2 * l).toList();
        return RunPlan.of(config, base, data, new RunPlan.Workload(1, 0, t.optimisation().batch(), seen, t.checkpointing(), 0, train), device);
    }

    private static StudentConfig student(CausalTraining training, ModelFolder teacher) {
        return new StudentConfig(WaltComponents.teacherNetwork(teacher), WaltComponents.teacherProcess(teacher), training.student());
    }
}
