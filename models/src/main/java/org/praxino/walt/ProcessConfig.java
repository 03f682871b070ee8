package org.praxino.walt;

import java.util.List;
import org.praxino.diffusion.Ddim;
import org.praxino.diffusion.FlowEuler;
import org.praxino.diffusion.FlowMatching;
import org.praxino.diffusion.NoiseSchedule;
import org.praxino.diffusion.Prediction;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.Step;
import org.praxino.diffusion.ZeroTerminalSnr;

/**
 * How a denoiser was trained and is sampled, as stored in its folder.
 *
 * @param family ZERO_TERMINAL_SNR: v-prediction on the rescaled linear schedule (the paper). FLOW: rectified flow
 * @param samplingShift shift of the sampler's levels toward noise, for FLOW
 * @param steps steps by default
 * @param guidance classifier-free guidance weight by default, 1 for none
 */
public record ProcessConfig(Family family, double samplingShift, int steps, double guidance) {
    /** The families. */
    public enum Family {
        ZERO_TERMINAL_SNR,
        FLOW
    }

    private NoiseSchedule schedule() {
        return switch (family) {
            case ZERO_TERMINAL_SNR -> ZeroTerminalSnr.published();
            case FLOW -> new FlowMatching(samplingShift);
        };
    }

    public Process process() {
        return switch (family) {
            case ZERO_TERMINAL_SNR -> new Process(schedule(), Prediction.V);
            case FLOW -> new Process(schedule(), Prediction.FLOW);
        };
    }

    /** The levels of a sampler with {@code n} steps. */
    public List<Step> sampling(int n) {
        return switch (family) {
            case ZERO_TERMINAL_SNR -> Ddim.trailing(1000, n);
            case FLOW -> FlowEuler.shifted(new FlowMatching(samplingShift), n);
        };
    }
}
