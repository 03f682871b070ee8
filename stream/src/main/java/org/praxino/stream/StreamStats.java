package org.praxino.stream;

/**
 * How a stream is doing.
 *
 * @param blocks made so far, those made anew counted again
 * @param frames made so far
 * @param queued frames that are made and not taken
 * @param firstFrameMillis from the opening of the session to its first frame; NaN before that
 * @param makeMillis of a block's denoising, smoothed
 * @param decodeMillis of a block's decoding, smoothed
 * @param realtimeFactor seconds of video that a second of work gives, smoothed; waiting for a slow consumer is not counted
 */
public record StreamStats(
        long blocks, long frames, int queued, double firstFrameMillis, double makeMillis, double decodeMillis, double realtimeFactor) {

    private static final double SMOOTHING = 0.2;

    static final StreamStats NONE = new StreamStats(0, 0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    StreamStats after(int made, double make, double decode, double fps, boolean overlap, double firstFrame) {
        double m = Double.isNaN(makeMillis) ? make : makeMillis + SMOOTHING * (make - makeMillis);
        double d = Double.isNaN(decodeMillis) ? decode : decodeMillis + SMOOTHING * (decode - decodeMillis);
        double work = overlap ? Math.max(m, d) : m + d;
        double factor = 1000.0 * made / fps / work;
        double smooth = Double.isNaN(realtimeFactor) || blocks < 2 ? factor : realtimeFactor + SMOOTHING * (factor - realtimeFactor);
        return new StreamStats(blocks + 1, frames + made, queued, Double.isNaN(firstFrameMillis) ? firstFrame : firstFrameMillis, m, d, smooth);
    }

    StreamStats withQueued(int count) {
        return new StreamStats(blocks, frames, count, firstFrameMillis, makeMillis, decodeMillis, realtimeFactor);
    }
}
