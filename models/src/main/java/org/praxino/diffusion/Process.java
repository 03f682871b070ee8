package org.praxino.diffusion;

import org.praxino.condition.Levels;
import org.praxino.tensor.Tensor;

/** A schedule and what the network predicts under it: all that training and sampling need. Latents are [B, C, T, H, W]. */
public record Process(NoiseSchedule schedule, Prediction prediction) {

    /** W.A.L.T: linear β at zero terminal SNR, v-prediction. */
    public static Process walt() {
        return new Process(ZeroTerminalSnr.published(), Prediction.V);
    }

    /** Rectified flow. */
    public static Process flow(double shift) {
        return new Process(new FlowMatching(shift), Prediction.FLOW);
    }

    /** {@code alpha·x0 + sigma·eps}, each latent frame at its own level. */
    public Tensor noisy(Tensor x0, Tensor eps, Levels levels) {
        return Prediction.apply(l -> new Prediction.Form(schedule.alpha(l), schedule.sigma(l)), levels, x0, eps);
    }

    /** What the network should predict. */
    public Tensor target(Tensor x0, Tensor eps, Levels levels) {
        return Prediction.apply(l -> prediction.targetForm(schedule.alpha(l), schedule.sigma(l)), levels, x0, eps);
    }

    /** The clean latent that {@code predicted} at {@code x} means. */
    public Tensor x0(Tensor predicted, Tensor x, Levels levels) {
        return Prediction.apply(l -> prediction.x0Form(schedule.alpha(l), schedule.sigma(l)), levels, x, predicted);
    }

    /** As {@link #x0(Tensor, Tensor, Levels)} with one level, in double. */
    public Tensor x0(Tensor predicted, Tensor x, double level) {
        return prediction.x0(predicted, x, schedule.alpha(level), schedule.sigma(level));
    }

    /** The noise that {@code predicted} at {@code x} means, in double. */
    public Tensor eps(Tensor predicted, Tensor x, double level) {
        return prediction.eps(predicted, x, schedule.alpha(level), schedule.sigma(level));
    }
}
