package org.praxino.stream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.Conditioned;
import org.praxino.media.Frame;
import org.praxino.stream.timeline.Mix;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** Where the latents of a block come from: noise, a picture, the frames of a source with noise on them, or the end of a clip. On the engine's thread. */
final class BlockMaker {
    /** Is shown a block before it is cached. */
    @FunctionalInterface
    interface Early {
        /** @param clean [1, C, b, H, W] @param shown frames of it that stand for something; the others lie behind the end of a source */
        void made(Tensor clean, int shown);
    }

    private final Networks networks;
    private final Holdings holdings;
    private final BlockRollout.Noise seeded;
    private @Nullable String sourceProblem;

    BlockMaker(Networks networks, Holdings holdings, long seed) {
        this.networks = networks;
        this.holdings = holdings;
        this.seeded = BlockRollout.Noise.seeded(seed);
    }

    /** Why the source broke off; null when it did not. */
    @Nullable String sourceProblem() {
        return sourceProblem;
    }

    /** Forgets the past. */
    void startOver() {
        holdings.rollout.close(); // before the next: a cache may be gigabytes
        holdings.rollout = networks.rollout();
    }

    /**
     * Makes and caches the next block.
     *
     * @param block its number in the stream; a scene counts its blocks anew, noise does not
     * @param count frames that it stands for
     * @param picture that it shows, or null
     * @param strength of video to video, or null for the usual one
     * @return false when the source has no more frames
     */
    boolean make(long block, int count, @Nullable Frame picture, @Nullable Double strength, Conditioned condition, Early early) {
        if (picture != null) {
            Tensor still = networks.still(picture);
            early.made(still, count);
            holdings.rollout.accept(still, condition);
            return true;
        }
        BlockRollout.Noise noise = (inScene, step, shape) -> seeded.draw(block, step, shape);
        if (holdings.source == null) {
            holdings.rollout.next(condition, noise, null, clean -> early.made(clean, count));
            return true;
        }
        List<Frame> frames = take(count);
        int real = frames.size();
        if (real == 0) {
            return false;
        }
        while (frames.size() < count) {
            frames.add(frames.getLast()); // stands still behind the end
        }
        Tensor given = networks.encode(Objects.requireNonNull(holdings.encoder), frames);
        if (holdings.rollout.plan().lead() > 0 && holdings.rollout.frame() == 0) {
            early.made(given, real);
            holdings.rollout.accept(given, condition); // begins with the first picture as it is
            return true;
        }
        holdings.rollout.next(condition, noise, new BlockRollout.Start(given, startStep(strength)), clean -> early.made(clean, real));
        return true;
    }

    /** Begins the next roll-out with the last block of this, its first frame coded as a picture. @return true */
    boolean join(Conditioned condition, Early early) {
        Tensor joint = networks.joint(holdings.anchor.last(), holdings.lane.joint());
        startOver();
        early.made(joint, Integer.MAX_VALUE);
        holdings.rollout.accept(joint, condition);
        return true;
    }

    /** Sees the end of a clip, whose frames are not shown again. @param seen blocks @param anchor blocks @return where the stream begins */
    Head goOn(Path clip, Mix prompt, int seen, int anchor) {
        int block = networks.plan().block();
        List<Frame> frames = FileSource.last(clip, networks.info().size(), block, networks.codec().timeFactor(), seen);
        try (var scope = Scope.open("go on from a clip")) {
            Conditioned condition = holdings.prompts.condition(prompt);
            Tensor latents = networks.encode(frames); // [1, C, T', H, W]
            long first = -latents.size(2) / block;
            for (long b = first; b < 0; b++) {
                Tensor part = latents.narrow(2, (b - first) * block, block);
                holdings.rollout.accept(part, condition);
                holdings.anchor.see(part, new Head(b, 0, first, 0, -1, null), anchor);
            }
            holdings.lane.prime(latents);
            return new Head(0, 0, first, 0, -1, null);
        }
    }

    private List<Frame> take(int count) {
        var frames = new ArrayList<Frame>();
        try {
            Objects.requireNonNull(holdings.source).take(count, frames);
        } catch (UserException e) {
            sourceProblem = e.getMessage(); // it broke off: what it gave is followed
        }
        return frames;
    }

    /** The first step whose noise is no stronger than wanted; the last one where all are. */
    private int startStep(@Nullable Double strength) {
        double most = strength == null ? Timeline.STRENGTH : strength;
        List<Double> levels = holdings.rollout.levels();
        for (int step = 0; step < levels.size(); step++) {
            if (holdings.rollout.plan().process().schedule().sigma(levels.get(step)) <= most + 1e-9) {
                return step;
            }
        }
        return levels.size() - 1;
    }
}
