package org.praxino.stream.drift;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;

/**
 * Measures each block of a stream against its anchor. Its {@link State} can be saved and restored, so that a rewound or restored stream is
 * measured as before. Not thread-safe.
 */
public final class DriftDetector {
    /** Weight of a block in the moving average. */
    private static final double SMOOTHING = 0.3;

    /** Values below this count as zero. */
    private static final double FLOOR = 0.004;

    /**
     * The detector's state.
     *
     * @param blocks since the anchor began; below 0, blocks until it begins
     * @param cooldown blocks until the next possible alarm
     * @param anchor mean of the first blocks, or null before the first
     * @param smoothed recent values, or null before the first
     * @param lastFrame luma of the last frame on the grid; empty before the first
     */
    public record State(int blocks, @JsonProperty("rest") int cooldown, @Nullable FrameStatistics anchor, @Nullable FrameStatistics smoothed, int[] lastFrame) {
        static final State INITIAL = new State(0, 0, null, null, new int[0]);
    }

    private final DriftOptions options;
    private State state;

    public DriftDetector(DriftOptions options) {
        this(options, State.INITIAL);
    }

    /** Continues from a saved state. */
    public DriftDetector(DriftOptions options, State state) {
        this.options = options;
        this.state = state;
    }

    public State state() {
        return state;
    }

    /** Resets the anchor for a new prompt or scene. @param transitionBlocks blocks of the transition; the blocks after it become the anchor */
    public void resetAnchor(int transitionBlocks) {
        state = new State(-transitionBlocks, 0, null, null, state.lastFrame);
    }

    /** The drift of a block, and whether it raised an alarm. */
    public record Result(Drift drift, boolean alarm) {}

    /** Measures the next block. */
    public Result measure(List<Frame> frames) {
        FrameStatistics.Measured measured = FrameStatistics.measure(frames, state.lastFrame);
        FrameStatistics now = measured.statistics();
        FrameStatistics anchor = state.anchor;
        int blocks = state.blocks + 1;
        if (blocks <= 0) {
            state = new State(blocks, 0, null, null, measured.lastGrid());
            return new Result(new Drift(now.sharpness(), now.saturation(), now.motion(), 1, 0), false);
        }
        if (anchor == null || blocks <= options.anchorBlocks()) {
            anchor = anchor == null ? now : now.mixed(anchor, 1.0 / blocks);
            state = new State(blocks, 0, anchor, anchor, measured.lastGrid());
            return new Result(new Drift(now.sharpness(), now.saturation(), now.motion(), now.colourSimilarity(anchor), 0), false);
        }
        FrameStatistics before = state.smoothed;
        FrameStatistics smoothed = before == null ? now : now.mixed(before, SMOOTHING);
        double score = score(smoothed, anchor);
        boolean alarm = state.cooldown == 0 && score >= options.threshold();
        state = new State(blocks, alarm ? options.cooldown() : Math.max(0, state.cooldown - 1), anchor, smoothed, measured.lastGrid());
        return new Result(new Drift(now.sharpness(), now.saturation(), now.motion(), now.colourSimilarity(anchor), score), alarm);
    }

    private static double score(FrameStatistics now, FrameStatistics anchor) {
        double score = Math.max(octaves(now.sharpness(), anchor.sharpness()), octaves(now.saturation(), anchor.saturation()));
        score = Math.max(score, octaves(now.motion(), anchor.motion()) / 2);
        return Math.max(score, 2 * (1 - now.colourSimilarity(anchor)));
    }

    /** The absolute log2 ratio of two values. */
    private static double octaves(double a, double b) {
        return Math.abs(Math.log((a + FLOOR) / (b + FLOOR))) / Math.log(2);
    }
}
