package org.praxino.stream;

import org.praxino.tensor.UserException;

/** A clip is too large for the memory at hand. */
public final class DoesNotFitException extends UserException {
    private final int nearestFrames;

    DoesNotFitException(String sentence, int nearestFrames) {
        super(sentence);
        this.nearestFrames = nearestFrames;
    }

    /** Frames of the longest clip that fits; 0 when not even one does. */
    public int nearestFrames() {
        return nearestFrames;
    }
}
