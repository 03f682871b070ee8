package org.praxino.stream;

import org.praxino.stream.drift.DriftOptions;
import org.praxino.tensor.UserException;

/**
 * Options of a stream. Only {@code reanchor} and {@code drift} affect its frames.
 *
 * @param ahead seconds of video that may be generated ahead of the consumer, above 0 up to 1, rounded to whole blocks
 * @param history checkpoints kept for rewinding, at least 4; they cover about {@code history · SPARSE_STRIDE / 2} blocks
 * @param overlap whether a block is decoded while the next one is generated
 * @param drift drift detection
 * @param reanchor whether the cache of a drifted stream is rebuilt from its anchor
 */
public record StreamOptions(double ahead, int history, boolean overlap, DriftOptions drift, boolean reanchor) {
    /** Older checkpoints are kept for one block in this many. */
    public static final int SPARSE_STRIDE = 8;

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
}
