package org.praxino.diffusion;

import org.praxino.tensor.UserException;

/** Classifier-free guidance (Ho and Salimans 2022): {@code uncond + w·(cond − uncond)}, w depending on the noise or not. */
public sealed interface Guidance {
    /** The conditional prediction as it is. */
    record None() implements Guidance {}

    /** One weight for all steps. */
    record Constant(double weight) implements Guidance {
        public Constant {
            check(weight);
        }
    }

    /**
     * Nothing at pure noise, growing to {@code maxWeight} at the end: {@code w = 1 + (maxWeight − 1)·(1 − cos(π·(1 − u)^power))/2}
     * with u = level/1000 (Gao et al. 2023, MDT; W.A.L.T Table 7).
     */
    record PowerCosine(double maxWeight, double power) implements Guidance {
        public PowerCosine {
            check(maxWeight);
            if (!(power > 0)) {
                throw new UserException("guidance power " + power + " must be above 0");
            }
        }
    }

    /** The weight at a share of noise {@code u} from 0 (clean) to 1 (noise). */
    default double weight(double u) {
        return switch (this) {
            case None n -> 1;
            case Constant c -> c.weight;
            case PowerCosine p -> 1 + (p.maxWeight - 1) * (1 - Math.cos(Math.PI * Math.pow(1 - u, p.power))) / 2;
        };
    }

    private static void check(double weight) {
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new UserException("guidance weight " + weight + " must be 0 or more");
        }
    }
}
