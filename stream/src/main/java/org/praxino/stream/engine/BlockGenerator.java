package org.praxino.stream.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.Conditioned;
import org.praxino.media.Frame;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.VideoFileSource;
import org.praxino.stream.timeline.PromptBlend;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * Generates the latents of a block from noise, an image, noised source frames (video to video), or the end of a clip. Runs on the engine's
 * thread.
 */
final class BlockGenerator {
    /** Receives a block before it is written to the cache, so that decoding can start. */
    @FunctionalInterface
    interface BlockListener {
        /** @param clean [1, C, b, H, W] @param shown frames to show; the rest are padding after the end of a source */
        void onBlock(Tensor clean, int shown);
    }

    private final Networks networks;
    private final SessionResources resources;
    private final BlockRollout.Noise seeded;
    private @Nullable String sourceError;

    BlockGenerator(Networks networks, SessionResources resources, long seed) {
        this.networks = networks;
        this.resources = resources;
        this.seeded = BlockRollout.Noise.seeded(seed);
    }

    /** Why the source failed, or null. */
    @Nullable String sourceError() {
        return sourceError;
    }

    /** Starts a new roll-out with an empty cache. */
    void resetRollout() {
        resources.rollout.close(); // before the next: a cache may be gigabytes
        resources.rollout = networks.rollout();
    }

    /**
     * Generates the next block and writes it to the cache.
     *
     * @param block its number in the stream, which seeds the noise
     * @param count frames of video in the block
     * @param picture to start from, or null
     * @param strength of video to video, or null for the default
     * @return false when the source has no more frames
     */
    boolean generate(long block, int count, @Nullable Frame picture, @Nullable Double strength, Conditioned condition, BlockListener listener) {
        if (picture != null) {
            Tensor still = networks.encodeFirstFrame(picture);
            listener.onBlock(still, count);
            resources.rollout.accept(still, condition);
            return true;
        }
        BlockRollout.Noise noise = (inScene, step, shape) -> seeded.draw(block, step, shape);
        if (resources.source == null) {
            resources.rollout.next(condition, noise, null, clean -> listener.onBlock(clean, count));
            return true;
        }
        List<Frame> frames = readSource(count);
        int real = frames.size();
        if (real == 0) {
            return false;
        }
        while (frames.size() < count) {
            frames.add(frames.getLast()); // repeats the last frame after the end
        }
        Tensor encoded = networks.encode(Objects.requireNonNull(resources.encoder), frames);
        if (resources.rollout.plan().firstBlock() > 0 && resources.rollout.frame() == 0) {
            listener.onBlock(encoded, real);
            resources.rollout.accept(encoded, condition); // the first image is used unchanged
            return true;
        }
        resources.rollout.next(condition, noise, new BlockRollout.Start(encoded, startStep(strength)), clean -> listener.onBlock(clean, real));
        return true;
    }

    /** Begins the next roll-out with the last block of this one, its first frame encoded as an image. @return true */
    boolean beginOverlappingRollout(Conditioned condition, BlockListener listener) {
        Tensor joint = networks.overlapBlock(resources.anchor.last(), resources.decoder.overlapFrame());
        resetRollout();
        listener.onBlock(joint, Integer.MAX_VALUE);
        resources.rollout.accept(joint, condition);
        return true;
    }

    /**
     * Fills the cache with the end of a clip, which is not shown again. @param visibleBlocks blocks in the cache @param anchor blocks
     * @return the start of the stream
     */
    StreamPosition continueClip(Path clip, PromptBlend prompt, int visibleBlocks, int anchor) {
        int block = networks.plan().block();
        List<Frame> frames = VideoFileSource.readEnd(clip, networks.info().size(), block, networks.codec().timeFactor(), visibleBlocks);
        try (var scope = Scope.open("continue clip")) {
            Conditioned condition = resources.prompts.condition(prompt);
            Tensor latents = networks.encode(frames); // [1, C, T', H, W]
            long first = -latents.size(2) / block;
            for (long b = first; b < 0; b++) {
                Tensor part = latents.narrow(2, (b - first) * block, block);
                resources.rollout.accept(part, condition);
                resources.anchor.record(part, new StreamPosition(b, 0, first, 0, -1, null), anchor);
            }
            resources.decoder.prime(latents);
            return new StreamPosition(0, 0, first, 0, -1, null);
        }
    }

    private List<Frame> readSource(int count) {
        var frames = new ArrayList<Frame>();
        try {
            Objects.requireNonNull(resources.source).read(count, frames);
        } catch (UserException e) {
            sourceError = e.getMessage(); // keep the frames read before the error
        }
        return frames;
    }

    /** The first step whose noise level is at most {@code strength}, or the last step. */
    private int startStep(@Nullable Double strength) {
        double most = strength == null ? Timeline.STRENGTH : strength;
        List<Double> levels = resources.rollout.levels();
        for (int step = 0; step < levels.size(); step++) {
            if (resources.rollout.plan().process().schedule().sigma(levels.get(step)) <= most + 1e-9) {
                return step;
            }
        }
        return levels.size() - 1;
    }
}
