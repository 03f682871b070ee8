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
import org.praxino.tensor.ParallelThreads;
import org.praxino.tensor.Tensor;
import org.praxino.train.student.NegativePrompt;
import org.praxino.train.student.Teacher;

/** ODE trajectories of a bidirectional teacher. Its classifier-free guidance is distilled into the student, which needs none. */
public final class TeacherTrajectories implements TrajectorySource {
    private final Teacher teacher;
    private final List<Double> levels;
    private final int steps;
    private final double guidance;
    private final NegativePrompt negativePrompt;

    /** @param teacher not owned @param guidance classifier-free guidance weight, 1 for none */
    public TeacherTrajectories(Teacher teacher, List<Double> levels, int steps, double guidance) {
        this(teacher, levels, steps, guidance, NegativePrompt.NONE);
    }

    /** @param negativePrompt of guidance */
    public TeacherTrajectories(Teacher teacher, List<Double> levels, int steps, double guidance, NegativePrompt negativePrompt) {
        this.negativePrompt = negativePrompt;
        this.teacher = teacher;
        this.levels = List.copyOf(levels);
        this.steps = steps;
        this.guidance = guidance;
    }

    @Override
    public Tensor sample(Tensor noise, Condition.Text text) {
        var request = DenoiserInput.clips(noise, Levels.all(0, (int) noise.size(0), (int) noise.size(2)), text);
        try (var guard = Grad.off();
                var lanes = ParallelThreads.ofCores(2);
                var guided = new Guided(
                        new BatchParallelDenoiser(teacher.network(), lanes), teacher.process(), request, negativePrompt.condition((int) noise.size(0)),
                        new Guidance.Constant(guidance), AttentionPolicy.FULL, teacher.network().selfConditioning())) {
            return TrajectoryRecorder.record(
                    teacher.process(), TrajectorySteps.through(teacher.processConfig(), steps, levels), levels, noise, guided);
        }
    }

    @Override
    public String digest() {
        return Sha256.ofText(String.join("\n", "teacher", teacher.hash(), Json.line(levels), steps + " steps", "guidance " + guidance
                + (negativePrompt.text() == null ? "" : " away from " + negativePrompt.text())));
    }
}
