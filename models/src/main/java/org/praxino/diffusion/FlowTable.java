package org.praxino.diffusion;

import org.praxino.tensor.UserException;

/**
 * The tabulated flow schedule of the published causal video models (CausVid, arXiv 2412.07772; Self-Forcing, arXiv 2506.08009): {@code steps} shifted shares of
 * noise from {@code sigmaMax} down; a timestep means the nearest entry. So timestep 0 still means the last entry's little noise.
 */
public final class FlowTable {
    private final double[] sigmas; // [steps], falling
    private final int steps;

    /** @param extraStep whether the even shares end one step before {@code sigmaMin} and not on it */
    public FlowTable(int steps, double shift, double sigmaMin, double sigmaMax, boolean extraStep) {
        if (steps < 2 || !(shift > 0) || !(sigmaMin >= 0 && sigmaMin < sigmaMax && sigmaMax <= 1)) {
            throw new UserException("flow table of " + steps + " steps, shift " + shift + ", σ from " + sigmaMin + " to " + sigmaMax
                    + " is impossible");
        }
        this.steps = steps;
        sigmas = new double[steps];
        int intervals = extraStep ? steps : steps - 1;
        for (int i = 0; i < steps; i++) {
            double even = sigmaMax + (sigmaMin - sigmaMax) * i / intervals;
            sigmas[i] = FlowMatching.shifted(even, shift);
        }
    }

    /** 1000 entries from σ = 1, the last one above 0: what CausVid (shift 8) and Self-Forcing (shift 5) use. */
    public static FlowTable published(double shift) {
        return new FlowTable(1000, shift, 0, 1, true);
    }

    public int size() {
        return sigmas.length;
    }

    public double sigma(int index) {
        return sigmas[index];
    }

    /** Timestep of an entry, {@code 1000·σ}. */
    public double timestep(int index) {
        return sigmas[index] * steps;
    }

    /** σ of the entry whose timestep is nearest; of two equally near, the noisier. */
    public double sigmaAt(double timestep) {
        int best = 0;
        for (int i = 1; i < sigmas.length; i++) {
            if (Math.abs(timestep(i) - timestep) < Math.abs(timestep(best) - timestep)) {
                best = i;
            }
        }
        return sigmas[best];
    }
}
