package org.praxino.stream;

/**
 * Performance statistics of a stream.
 *
 * @param blocks generated so far, counting regenerated ones again
 * @param frames generated so far
 * @param queued frames generated but not read
 * @param firstFrameMillis from opening the session to its first frame; NaN before that
 * @param makeMillis generation time of a block, smoothed
 * @param decodeMillis decoding time of a block, smoothed
 * @param realtimeFactor seconds of video per second of computation, smoothed; time spent waiting for the consumer is excluded
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
