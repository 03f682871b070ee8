package org.praxino.diffusion;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.GivenFrames;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * DDIM without added noise (Song et al. 2021, η = 0): at each step x0 and eps follow from the prediction and are mixed at the next level.
 * On the straight path of flow matching this is Euler's method.
 */
public final class Ddim {
    private Ddim() {}

    /** Trailing spacing: starts at the noisiest level (needed at zero terminal SNR), each step leads to the next one's level, the last to 0. */
    public static List<Step> trailing(int trainSteps, int steps) {
        check(trainSteps, steps);
        var out = new ArrayList<Step>();
        for (int i = 0; i < steps; i++) {
            out.add(new Step(at(trainSteps, steps, i), at(trainSteps, steps, i + 1)));
        }
        return List.copyOf(out);
    }

    /**
     * Trailing spacing as in diffusers: a step leads {@code trainSteps / steps} (whole number) further down. The same as
     * {@link #trailing} where {@code steps} divides {@code trainSteps}.
     */
    public static List<Step> trailingFixedStride(int trainSteps, int steps) {
        check(trainSteps, steps);
        var out = new ArrayList<Step>();
        int stride = trainSteps / steps;
        for (int i = 0; i < steps; i++) {
            double level = at(trainSteps, steps, i);
            out.add(new Step(level, Math.max(0, level - stride)));
        }
        return List.copyOf(out);
    }

    private static double at(int trainSteps, int steps, int i) {
        return Math.rint(trainSteps - (double) i * trainSteps / steps);
    }

    private static void check(int trainSteps, int steps) {
        if (steps < 1 || steps > trainSteps) {
            throw new UserException(steps + " sampling steps are impossible: take 1 to " + trainSteps);
        }
    }

    /**
     * @param noise the start, standard normal, [B, C, T, H, W]
     * @return the clean latent, in the caller's scope
     */
    public static Tensor sample(Process process, List<Step> steps, Tensor noise, ModelFunction denoise, StepListener listener) {
        return sample(process, steps, noise, denoise, null, listener);
    }

    /**
     * As {@link #sample(Process, List, Tensor, ModelFunction, StepListener)} with latents that are known. After every step they are put back at the
     * level that it led to, with the noise that they began with: the known part goes its own exact way to the clean latent, as in training.
     *
     * @param given null for nothing
     */
    public static Tensor sample(
            Process process, List<Step> steps, Tensor noise, ModelFunction denoise, @Nullable GivenFrames given, StepListener listener) {
        NoiseSchedule schedule = process.schedule();
        try (var guard = Grad.off()) {
            Tensor x = withKnown(schedule, steps.getFirst().level(), noise, noise, given);
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                Tensor next;
                try (var scope = Scope.open("sampling step")) {
                    Tensor predicted = denoise.predict(x, step.level(), i);
                    Tensor x0 = process.x0(predicted, x, step.level());
                    if (step.next() == 0) {
                        next = x0;
                    } else {
                        Tensor eps = process.eps(predicted, x, step.level());
                        var mix = new Prediction.Form(schedule.alpha(step.next()), schedule.sigma(step.next()));
                        next = Prediction.apply(mix, x0, eps);
                    }
                    next = withKnown(schedule, step.next(), next, noise, given);
                    listener.stepped(i + 1, steps.size(), next, x0);
                    scope.keep(next);
                }
                if (x != noise) {
                    x.close();
                }
                x = next;
            }
            return x;
        }
    }

    private static Tensor withKnown(NoiseSchedule schedule, double level, Tensor x, Tensor noise, @Nullable GivenFrames given) {
        if (given == null) {
            return x;
        }
        Tensor known = Prediction.apply(new Prediction.Form(schedule.alpha(level), schedule.sigma(level)), given.latents(), noise);
        return given.over(x, known);
    }
}
