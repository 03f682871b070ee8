package org.praxino.train.dmd;

import java.util.List;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.FlowMatching;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.Loss;
import org.praxino.train.student.CheckpointedPass;
import org.praxino.train.student.NegativePrompt;

/** The score difference between teacher and critic. Both see whole clips at one noise level. */
final class ScoreDifference {
    private final DmdTraining.ScoreSettings config;
    private final Process process;
    private final Device device;
    private final NegativePrompt negativePrompt;

    ScoreDifference(DmdTraining.ScoreSettings config, Process process, Device device, NegativePrompt negativePrompt) {
        this.negativePrompt = negativePrompt;
        this.config = config;
        this.process = process;
        this.device = device;
    }

    /** A noise level per clip: uniform, shifted toward noise, clamped (CausVid, arXiv 2412.07772). */
    Levels levels(RandomStream random, int clips, int frames) {
        double[][] values = new double[clips][frames];
        int steps = process.schedule().steps();
        var shifted = new FlowMatching(config.shift());
        for (double[] row : values) {
            java.util.Arrays.fill(row, steps * Math.clamp(shifted.shifted(random.uniform()), config.low(), config.high()));
        }
        return Levels.of(values);
    }

    /**
     * The denoising loss of the critic on clips of the student: eq. 2 of CausVid in the network's own prediction.
     *
     * @param clips clean, [B, C, T, H, W]
     * @param checkpointing see {@link CheckpointedPass#loss}, also for {@code weight}
     */
    Loss criticLoss(TrainableDenoiser critic, Tensor clips, Condition text, RandomStream random, boolean checkpointing, double weight) {
        Levels levels = levels(random, (int) clips.size(0), (int) clips.size(2));
        Tensor eps = random.normal(clips.shape()).to(device);
        Tensor target = process.target(clips, eps, levels);
        return CheckpointedPass.loss(
                critic, input(process.noisy(clips, eps, levels), levels, text), AttentionPolicy.FULL, checkpointing, weight,
                predicted -> predicted.sub(target).square().mean());
    }

    /** The normalised gradient at clips of the student, of their shape. */
    Tensor gradient(Denoiser critic, Denoiser teacher, Tensor clips, Condition text, RandomStream random) {
        try (var guard = Grad.off();
                var scope = Scope.open("scores")) {
            Tensor x = clips.detach();
            Levels levels = levels(random, (int) x.size(0), (int) x.size(2));
            Tensor noisy = process.noisy(x, random.normal(x.shape()).to(device), levels);
            DenoiserInput in = input(noisy, levels, text);
            Tensor fake = process.x0(critic.predict(in, AttentionPolicy.FULL), noisy, levels);
            Tensor real;
            if (config.guidance() == 0) {
                real = process.x0(teacher.predict(in, AttentionPolicy.FULL), noisy, levels);
            } else {
                List<Tensor> halves = teacher.predict(in.forGuidance(negativePrompt.condition((int) x.size(0))), AttentionPolicy.FULL).chunk(2, 0);
                real = DmdGradient.guided(
                        process.x0(halves.get(0), noisy, levels), process.x0(halves.get(1), noisy, levels), config.guidance());
            }
            return scope.keep(DmdGradient.of(x, fake, real));
        }
    }

    private DenoiserInput input(Tensor noisy, Levels levels, Condition text) {
        return DenoiserInput.clips(noisy, levels, text);
    }
}
