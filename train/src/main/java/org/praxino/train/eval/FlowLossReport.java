package org.praxino.train.eval;

import java.util.List;

/**
 * Loss of a denoiser on fixed clips with fixed noise, in bands of noise: it moves within minutes of training, long before clips are
 * recognisable.
 *
 * @param clips how many
 * @param bands from the least noise to the most
 */
public record FlowLossReport(int clips, List<Band> bands) {
    public FlowLossReport {
        bands = List.copyOf(bands);
    }

    /**
     * @param from lower end of the levels, 0 being clean and 1000 noise
     * @param to upper end
     * @param loss mean squared error with each clip's own caption
     * @param shuffled with another clip's caption
     * @param withoutText with none
     */
    public record Band(double from, double to, double loss, double shuffled, double withoutText) {
        /** The conditional gap: what the right caption is worth. */
        public double gap() {
            return shuffled - loss;
        }
    }
}
