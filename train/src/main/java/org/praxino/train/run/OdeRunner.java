package org.praxino.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelFolder;
import org.praxino.stream.Components;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.ode.CausalPaths;
import org.praxino.train.ode.OdeObjective;
import org.praxino.train.ode.OdeTraining;
import org.praxino.train.ode.PathStore;
import org.praxino.train.ode.TeacherPaths;
import org.praxino.train.student.StoredClips;
import org.praxino.train.student.Teacher;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltTransformer;

/** Walks a many-step model's paths, regresses a student on them, and exports a model folder with the student in it. */
public final class OdeRunner {
    private OdeRunner() {}

    /** @param started given the loop before it runs, so that it can be stopped */
    public static TrainLoop.End run(OdeRun config, Device device, Progress progress, Consumer<TrainLoop> started) {
        OdeTraining training = config.training();
        ModelFolder teacher = ModelFolder.open(Path.of(config.teacher()));
        ModelFolder causal = config.causal() == null ? null : ModelFolder.open(Path.of(config.causal()));
        ModelFolder tokenizer = ModelFolder.open(Path.of(config.codec()));
        StudentConfig student = student(training, teacher);
        var parents = new ArrayList<>(List.of(teacher.info().hash()));
        if (causal != null) {
            parents.add(causal.info().hash());
        }
        try (var data = new StudentData(Path.of(config.data()), tokenizer, teacher, training.data(), device, progress)) {
            StoredClips clips = data.clips(training.paths().lengths());
            RunFolder folder = RunFolder.open(Path.of(config.run()), new Begun(training, parents));
            try (var paths = paths(training, teacher, causal, clips, data.paths(), device, progress);
                    var objective = new OdeObjective(
                            training, begin(teacher, causal, student, device), student, paths, clips, data.codec())) {
                var loop = new TrainLoop(training.optimisation(), objective, folder, config.house(), device);
                started.accept(loop);
                TrainLoop.End end = loop.run();
                StudentExport.write(folder, teacher, student, training, paths.digest(), loop.samples(), parents);
                return end;
            }
        }
    }

    /** What the run will take; opens the teacher's folder and nothing else. */
    public static RunPlan plan(OdeRun config, Device device) {
        OdeTraining t = config.training();
        ModelFolder teacher = ModelFolder.open(Path.of(config.teacher()));
        student(t, teacher);
        List<Integer> lengths = t.paths().lengths();
        boolean clean = t.past() == OdeTraining.Past.CLEAN;
        int passes = t.paths().guidance() == 1 ? 1 : 2;
        double walk = t.paths().count() * RunPlan.forward(teacher, lengths, 1) * passes * (t.paths().steps() + (config.causal() == null ? 0 : 1));
        double train = (t.checkpointing() ? 4 : 3) * RunPlan.forward(teacher, lengths, clean ? 2 : 1) * t.optimisation().samples();
        List<Integer> seen = clean ? lengths.stream().map(l -> 2 * l).toList() : lengths;
        return RunPlan.of(config, teacher, new RunPlan.Load(1, 0, t.optimisation().batch(), seen, t.checkpointing(), walk, train), device);
    }

    /** With the weights of the network that walked. */
    private static WaltTransformer begin(ModelFolder teacher, @Nullable ModelFolder causal, StudentConfig student, Device device) {
        return causal == null
                ? Starts.from(teacher, ModelFolder.DENOISER, student.network(), device)
                : Starts.from(causal, ModelFolder.STUDENT, student.network(), device);
    }

    private static StudentConfig student(OdeTraining training, ModelFolder teacher) {
        return training.student().on(Components.teacherNetwork(teacher), Components.teacherProcess(teacher));
    }

    private static PathStore paths(
            OdeTraining training, ModelFolder teacher, @Nullable ModelFolder causal, StoredClips clips, Path root, Device device,
            Progress progress) {
        var wanted = training.paths();
        List<Double> levels = training.student().levels();
        long seed = training.optimisation().seed();
        if (causal == null) {
            try (var network = Teacher.open(teacher, device)) {
                var source = new TeacherPaths(network, levels, wanted.steps(), wanted.guidance());
                var key = new PathStore.Key(source.digest(), clips.digest(), wanted.lengths(), seed);
                return PathStore.open(root, key, wanted.count(), source, clips, progress);
            }
        }
        try (var network = Components.student(causal, device, DType.F32)) {
            var source = new CausalPaths(
                    network, Components.studentConfig(causal), causal.info().hash(), levels, wanted.steps(), wanted.guidance());
            var key = new PathStore.Key(source.digest(), clips.digest(), wanted.lengths(), seed);
            return PathStore.open(root, key, wanted.count(), source, clips, progress);
        }
    }
}
