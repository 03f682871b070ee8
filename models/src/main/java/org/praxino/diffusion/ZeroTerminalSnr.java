package org.praxino.diffusion;

import org.praxino.tensor.UserException;

/**
 * Zero terminal SNR: linear β rescaled so that the last step is pure noise (Lin et al. 2023, algorithm 1; W.A.L.T Table 8: β from 1e-4 to 0.02, 1000
 * steps). Step t of the papers, 1-based, is level t here; level 0 is the clean latent. Levels between steps take the nearest step.
 */
public final class ZeroTerminalSnr implements NoiseSchedule {
    private final double[] signal; // √ᾱ by level, 0 .. steps

    public ZeroTerminalSnr(int steps, double betaStart, double betaEnd) {
        if (steps < 2 || !(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1)) {
            throw new UserException("schedule of " + steps + " steps with β from " + betaStart + " to " + betaEnd
                    + " is impossible: at least 2 steps and 0 < start ≤ end < 1 are needed");
        }
        signal = new double[steps + 1];
        double product = 1;
        for (int t = 1; t <= steps; t++) {
            product *= 1 - (betaStart + (betaEnd - betaStart) * (t - 1) / (steps - 1));
            signal[t] = Math.sqrt(product); // s_t = √ᾱ_t
        }
        double first = signal[1];
        double last = signal[steps];
        for (int t = 1; t <= steps; t++) {
            signal[t] = (signal[t] - last) * (first / (first - last)); // s'_t = (s_t − s_T)·s_1/(s_1 − s_T)
        }
        signal[0] = 1;
        signal[steps] = 0;
    }

    /** The published numbers: 1000 steps, β from 1e-4 to 0.02. */
    public static ZeroTerminalSnr published() {
        return new ZeroTerminalSnr(1000, 1e-4, 0.02);
    }

    @Override
    public int steps() {
        return signal.length - 1;
    }

    @Override
    public double alpha(double level) {
        return signal[index(level)];
    }

    @Override
    public double sigma(double level) {
        double s = signal[index(level)];
        return Math.sqrt((1 - s) * (1 + s));
    }

    private int index(double level) {
        int i = (int) Math.rint(level);
        if (i < 0 || i >= signal.length) {
            throw new UserException("noise level " + level + " lies outside 0 .. " + steps());
        }
        return i;
    }
}
