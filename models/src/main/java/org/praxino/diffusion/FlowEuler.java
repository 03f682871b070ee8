package org.praxino.diffusion;

import java.util.ArrayList;
import java.util.List;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** Euler's method on the straight path: {@code x + (σ' − σ)·(eps − x0)} from σ = 1 down to 0 over shifted levels. */
public final class FlowEuler {
    private FlowEuler() {}

    /** Even shares 1, 1 − 1/n, ... shifted once (Esser et al. 2024, arXiv 2403.03206, equation 23). */
    public static List<Step> shifted(FlowMatching schedule, int steps) {
        check(steps);
        double[] sigmas = new double[steps];
        for (int i = 0; i < steps; i++) {
            sigmas[i] = schedule.shifted(1 - (double) i / steps);
        }
        return steps(schedule, sigmas);
    }

    /**
     * The levels of diffusers' FlowMatchEulerDiscreteScheduler: even from 1 to the shifted 1/steps of training, then shifted again.
     */
    public static List<Step> shiftedTwice(FlowMatching schedule, int steps) {
        check(steps);
        double lowest = schedule.shifted(1.0 / schedule.steps());
        double[] sigmas = new double[steps];
        for (int i = 0; i < steps; i++) {
            double even = steps == 1 ? 1 : 1 + (lowest - 1) * i / (steps - 1);
            sigmas[i] = schedule.shifted(even);
        }
        return steps(schedule, sigmas);
    }

    private static void check(int steps) {
        if (steps < 1) {
            throw new UserException(steps + " sampling steps are impossible: take at least 1");
        }
    }

    private static List<Step> steps(FlowMatching schedule, double[] sigmas) {
        var out = new ArrayList<Step>();
        for (int i = 0; i < sigmas.length; i++) {
            double next = i + 1 < sigmas.length ? sigmas[i + 1] : 0;
            out.add(new Step(sigmas[i] * schedule.steps(), next * schedule.steps()));
        }
        return List.copyOf(out);
    }

    /** As {@link Ddim#sample}, which on this path is Euler's method. */
    public static Tensor sample(Process process, List<Step> steps, Tensor noise, ModelFunction denoise, StepListener listener) {
        if (!(process.schedule() instanceof FlowMatching)) {
            throw new UserException("Euler steps need a flow-matching schedule; this model has another: use DDIM");
        }
        return Ddim.sample(process, steps, noise, denoise, listener);
    }
}
