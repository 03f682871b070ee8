package org.praxino.stream.drift;

import org.praxino.tensor.UserException;

/**
 * What counts as drift.
 *
 * @param threshold score from which a stream has drifted, above 0
 * @param anchorBlocks blocks that the anchor is the mean of, at least 1
 * @param rest blocks after an alarm during which there is no other, at least 1
 */
public record DriftOptions(double threshold, int anchorBlocks, int rest) {
    public static final DriftOptions DEFAULT = new DriftOptions(1, 4, 24);

    public DriftOptions {
        if (!(threshold > 0) || anchorBlocks < 1 || rest < 1) {
            throw new UserException("threshold=" + threshold + ", anchorBlocks=" + anchorBlocks + " and rest=" + rest + " must all be above 0");
        }
    }
}
