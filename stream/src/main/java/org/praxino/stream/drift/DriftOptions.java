package org.praxino.stream.drift;

import org.praxino.tensor.UserException;

/**
 * Options of drift detection.
 *
 * @param threshold score that raises an alarm, above 0
 * @param anchorBlocks blocks averaged for the anchor, at least 1
 * @param cooldown blocks after an alarm without another, at least 1
 */
public record DriftOptions(double threshold, int anchorBlocks, int cooldown) {
    public static final DriftOptions DEFAULT = new DriftOptions(1, 4, 24);

    public DriftOptions {
        if (!(threshold > 0) || anchorBlocks < 1 || cooldown < 1) {
            throw new UserException("threshold=" + threshold + ", anchorBlocks=" + anchorBlocks + " and rest=" + cooldown + " must all be above 0");
        }
    }
}
