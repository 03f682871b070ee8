package org.praxino.diffusion;


/**
 * How much signal and how much noise a level means: {@code x = alpha·x0 + sigma·eps}. Levels run from 0, the clean latent, to
 * {@link #steps()}, the noisiest, and are the network's input.
 */
public sealed interface NoiseSchedule permits ZeroTerminalSnr, FlowMatching, TabulatedFlow {
    /** The noisiest level, 1000 in all published models. */
    int steps();

    /** Factor of the clean latent. */
    double alpha(double level);

    /** Factor of the noise. */
    double sigma(double level);
}
