package org.praxino.diffusion;

import org.praxino.tensor.UserException;

/**
 * The straight path {@code x = (1 − σ)·x0 + σ·eps} with σ = level/steps (rectified flow, Liu et al. 2022). Levels are already
 * shifted: {@code shift} only says where training draws them and where samplers step, and is never applied to a level again.
 *
 * @param shift s in {@code s·u/(1 + (s − 1)·u)}; above 1 moves levels toward noise
 */
public record FlowMatching(int steps, double shift) implements NoiseSchedule {
    public FlowMatching {
        if (steps < 1 || !(shift > 0)) {
            throw new UserException("flow schedule of " + steps + " steps and shift " + shift + " is impossible: both must be above 0");
        }
    }

    /** 1000 levels. */
    public FlowMatching(double shift) {
        this(1000, shift);
    }

    @Override
    public double alpha(double level) {
        return 1 - sigma(level);
    }

    @Override
    public double sigma(double level) {
        if (!(level >= 0 && level <= steps)) {
            throw new UserException("noise level " + level + " lies outside 0 .. " + steps);
        }
        return level / steps;
    }

    /** The share of noise that an even share {@code u} in [0, 1] is moved to. */
    public double shifted(double u) {
        return shifted(u, shift);
    }

    static double shifted(double u, double shift) {
        return shift * u / (1 + (shift - 1) * u);
    }
}
