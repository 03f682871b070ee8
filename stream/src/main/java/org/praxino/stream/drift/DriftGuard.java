package org.praxino.stream.drift;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;

/**
 * Measures every block of a stream against its anchor. What it remembers is a {@link Memory}, which can be kept, stored and given to
 * another guard, so that a stream that goes back or is continued elsewhere is judged as it was. For one thread at a time.
 */
public final class DriftGuard {
    /** Share of a block in the smoothed values. */
    private static final double SMOOTHING = 0.3;

    /** Differences below this are not told from none. */
    private static final double FLOOR = 0.004;

    /**
     * What a guard remembers.
     *
     * @param blocks since the anchor began; below 0, blocks until it begins
     * @param rest blocks until the next alarm is possible
     * @param anchor mean of the first blocks, or null before the first
     * @param smoothed recent values, or null before the first
     * @param lastFrame brightness of the last frame on the grid; empty before the first
     */
    public record Memory(int blocks, int rest, @Nullable Measure anchor, @Nullable Measure smoothed, int[] lastFrame) {
        static final Memory NONE = new Memory(0, 0, null, null, new int[0]);
    }

    private final DriftOptions options;
    private Memory memory;

    public DriftGuard(DriftOptions options) {
        this(options, Memory.NONE);
    }

    /** Goes on from what another guard remembered. */
    public DriftGuard(DriftOptions options, Memory memory) {
        this.options = options;
        this.memory = memory;
    }

    public Memory memory() {
        return memory;
    }

    /** Forgets the anchor, for a new prompt or scene. @param settling blocks that still belong to the change; those after it are the new anchor */
    public void anchorAnew(int settling) {
        memory = new Memory(-settling, 0, null, null, memory.lastFrame);
    }

    /** What was found of a block, and whether the stream has just drifted too far. */
    public record Verdict(Drift drift, boolean alarm) {}

    /** Looks at the next block. */
    public Verdict see(List<Frame> frames) {
        Measure.Taken taken = Measure.take(frames, memory.lastFrame);
        Measure now = taken.measure();
        Measure anchor = memory.anchor;
        int blocks = memory.blocks + 1;
        if (blocks <= 0) {
            memory = new Memory(blocks, 0, null, null, taken.last());
            return new Verdict(new Drift(now.sharpness(), now.saturation(), now.motion(), 1, 0), false);
        }
        if (anchor == null || blocks <= options.anchorBlocks()) {
            anchor = anchor == null ? now : now.mixed(anchor, 1.0 / blocks);
            memory = new Memory(blocks, 0, anchor, anchor, taken.last());
            return new Verdict(new Drift(now.sharpness(), now.saturation(), now.motion(), now.likeness(anchor), 0), false);
        }
        Measure before = memory.smoothed;
        Measure smoothed = before == null ? now : now.mixed(before, SMOOTHING);
        double score = score(smoothed, anchor);
        boolean alarm = memory.rest == 0 && score >= options.threshold();
        memory = new Memory(blocks, alarm ? options.rest() : Math.max(0, memory.rest - 1), anchor, smoothed, taken.last());
        return new Verdict(new Drift(now.sharpness(), now.saturation(), now.motion(), now.likeness(anchor), score), alarm);
    }

    private static double score(Measure now, Measure anchor) {
        double score = Math.max(octaves(now.sharpness(), anchor.sharpness()), octaves(now.saturation(), anchor.saturation()));
        score = Math.max(score, octaves(now.motion(), anchor.motion()) / 2);
        return Math.max(score, 2 * (1 - now.likeness(anchor)));
    }

    /** How often one value has doubled or halved. */
    private static double octaves(double a, double b) {
        return Math.abs(Math.log((a + FLOOR) / (b + FLOOR))) / Math.log(2);
    }
}
