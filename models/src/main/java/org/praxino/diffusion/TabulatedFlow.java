package org.praxino.diffusion;

import org.praxino.tensor.UserException;

/**
 * The straight path where a level means the nearest entry of a {@link FlowTable}, as in the programs of CausVid and Self-Forcing: what
 * the timestep and the mixed noise differ slightly (757 means σ = 0.756757), and level 0 still means the last entry's little noise.
 */
public record TabulatedFlow(FlowTable table) implements NoiseSchedule {
    @Override
    public int steps() {
        return table.size();
    }

    @Override
    public double alpha(double level) {
        return 1 - sigma(level);
    }

    @Override
    public double sigma(double level) {
        if (!(level >= 0 && level <= steps())) {
            throw new UserException("noise level " + level + " lies outside 0 .. " + steps());
        }
        return table.sigmaAt(level);
    }
}
