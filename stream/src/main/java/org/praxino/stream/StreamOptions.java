package org.praxino.stream;

import org.praxino.stream.drift.DriftOptions;
import org.praxino.tensor.UserException;

/**
 * How a stream is played; nothing here but {@code reanchor} and {@code drift} changes a frame.
 *
 * @param ahead seconds of video that may be made and not yet taken, above 0 up to 1; a block is made whole
 * @param history states kept to go back to, at least 4; together they reach some {@link #reach} blocks back
 * @param overlap whether a block is decoded while the next one is made
 * @param drift what counts as drift
 * @param reanchor whether a drifted stream is led back to its anchor
 */
public record StreamOptions(double ahead, int history, boolean overlap, DriftOptions drift, boolean reanchor) {
    /** States further back are kept for one block in so many. */
    static final int STRIDE = 8;

    public static final StreamOptions DEFAULT = new StreamOptions(1, 16, true, DriftOptions.DEFAULT, false);

    public StreamOptions {
        if (!(ahead > 0 && ahead <= 1)) {
            throw new UserException("ahead=" + ahead + " is not possible: more than 0 and at most 1 second of unseen video is made");
        }
        if (history < 4 || history > 10_000) {
            throw new UserException("history=" + history + " is not possible: keep from 4 to 10000 states");
        }
    }

    public StreamOptions withAhead(double seconds) {
        return new StreamOptions(seconds, history, overlap, drift, reanchor);
    }

    public StreamOptions withHistory(int states) {
        return new StreamOptions(ahead, states, overlap, drift, reanchor);
    }

    public StreamOptions withOverlap(boolean on) {
        return new StreamOptions(ahead, history, on, drift, reanchor);
    }

    public StreamOptions withDrift(DriftOptions options) {
        return new StreamOptions(ahead, history, overlap, options, reanchor);
    }

    public StreamOptions withReanchor(boolean on) {
        return new StreamOptions(ahead, history, overlap, drift, on);
    }

    /** Blocks that the history reaches back at most. */
    int reach() {
        return history * STRIDE / 2;
    }
}
