package org.praxino.train.ode;

import java.util.List;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.BatchParallelDenoiser;
import org.praxino.diffusion.Guidance;
import org.praxino.diffusion.Guided;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Lanes;
import org.praxino.tensor.Tensor;
import org.praxino.train.student.Teacher;
import org.praxino.train.student.Unwanted;

/** Paths of a bidirectional teacher: all frames of a clip go from noise to clean together, with guidance. */
public final class TeacherPaths implements PathSource {
    private final Teacher teacher;
    private final List<Double> levels;
    private final int steps;
    private final double guidance;
    private final Unwanted unwanted;

    /** @param teacher not owned @param guidance in the usual way of counting, 1 for none */
    public TeacherPaths(Teacher teacher, List<Double> levels, int steps, double guidance) {
        this(teacher, levels, steps, guidance, Unwanted.NOTHING);
    }

    /** @param unwanted what guidance leads away from */
    public TeacherPaths(Teacher teacher, List<Double> levels, int steps, double guidance, Unwanted unwanted) {
        this.unwanted = unwanted;
        this.teacher = teacher;
        this.levels = List.copyOf(levels);
        this.steps = steps;
        this.guidance = guidance;
    }

    @Override
    public Tensor walk(Tensor noise, Condition.Text text) {
        var request = DenoiserInput.clips(noise, Levels.all(0, (int) noise.size(0), (int) noise.size(2)), text);
        try (var guard = Grad.off();
                var lanes = Lanes.ofCores(2);
                var guided = new Guided(
                        new BatchParallelDenoiser(teacher.network(), lanes), teacher.process(), request, unwanted.of((int) noise.size(0)),
                        new Guidance.Constant(guidance), AttentionPolicy.FULL, teacher.network().selfConditioning())) {
            return PathRecorder.record(
                    teacher.process(), PathSteps.through(teacher.processConfig(), steps, levels), levels, noise, guided);
        }
    }

    @Override
    public String digest() {
        return Sha256.ofText(String.join("\n", "teacher", teacher.hash(), Json.line(levels), steps + " steps", "guidance " + guidance + (unwanted.text() == null ? "" : " away from " + unwanted.text())));
    }
}
