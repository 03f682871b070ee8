package org.praxino.stream;

import org.praxino.tensor.UserException;

/** The requested clip does not fit in memory. */
public final class InsufficientMemoryException extends UserException {
    private final int maxFrames;

    public InsufficientMemoryException(String sentence, int maxFrames) {
        super(sentence);
        this.maxFrames = maxFrames;
    }

    /** Frames of the longest clip that fits, or 0. */
    public int maxFrames() {
        return maxFrames;
    }
}
