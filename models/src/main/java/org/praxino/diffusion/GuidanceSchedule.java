package org.praxino.diffusion;

import org.praxino.tensor.UserException;

/** How the guidance weight depends on the noise level; with a weight it gives a {@link Guidance}. */
public sealed interface GuidanceSchedule {
    /** One weight for all steps. */
    record Constant() implements GuidanceSchedule {}

    /**
     * 1 at pure noise, growing to the weight at the end; see {@link Guidance.PowerCosine}.
     *
     * @param power how late it grows: {@link #PUBLISHED_POWER} is MDT's
     */
    record PowerCosine(double power) implements GuidanceSchedule {
        public PowerCosine {
            if (!(power > 0 && power <= 100)) {
                throw new UserException("guidance power " + power + " must be above 0, up to 100");
            }
        }
    }

    /** Power of the sampling script of MDT (Gao et al. 2023), which W.A.L.T Table 7 follows. */
    double PUBLISHED_POWER = 4;

    /** @param weight at its highest, 1 for none */
    default Guidance of(double weight) {
        return switch (this) {
            case Constant c -> new Guidance.Constant(weight);
            case PowerCosine p -> new Guidance.PowerCosine(weight, p.power);
        };
    }
}
