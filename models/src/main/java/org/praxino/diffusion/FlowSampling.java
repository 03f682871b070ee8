package org.praxino.diffusion;

import java.util.Locale;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * How a flow model is sampled in many steps.
 *
 * @param solver of the equation
 * @param shift of the steps toward noise; 1 for none
 */
public record FlowSampling(Solver solver, double shift) {
    /** Known solvers. */
    public enum Solver {
        /** {@link FlowEuler#shifted}, as CausVid walks its teacher's paths. */
        EULER,
        /** {@link FlowUniPc} of order 2 with the levels of Wan's own program. */
        UNIPC;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public FlowSampling {
        if (!(shift > 0 && shift <= 100)) {
            throw new UserException("a shift of " + shift + " is not possible: it lies above 0, up to 100");
        }
    }

    /** Schedule and prediction. */
    public Process process() {
        return Process.flow(shift);
    }

    /** From noise [B, C, T, H, W] to the clean latent, in the caller's scope. */
    public Tensor sample(int steps, Tensor noise, ModelFunction denoise, StepListener listener) {
        var schedule = new FlowMatching(shift);
        return switch (solver) {
            case EULER -> FlowEuler.sample(process(), FlowEuler.shifted(schedule, steps), noise, denoise, listener);
            case UNIPC -> FlowUniPc.sample(FlowUniPc.wanStages(schedule, steps), noise, denoise, listener);
        };
    }

    /** {@code unipc, shift 8.0}. */
    @Override
    public String toString() {
        return solver + ", shift " + shift;
    }
}
