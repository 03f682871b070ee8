package org.praxino.stream.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.timeline.ActivePrompt;

/**
 * The position of a stream before a block: its state apart from tensors.
 *
 * @param block number of the next block
 * @param frame number of its first frame
 * @param sceneBlock first block of the scene or roll-out; it has fewer frames, since the first latent frame encodes one frame
 * @param anchorBlock first block of the anchor that drift is measured against
 * @param lastCue time of the last cue applied, -1 for none
 * @param activePrompt or null before the first cue
 */
public record StreamPosition(
        long block, long frame, long sceneBlock, long anchorBlock, double lastCue, @JsonProperty("passage") @Nullable ActivePrompt activePrompt) {
    static final StreamPosition START = new StreamPosition(0, 0, 0, 0, -1, null);

    /** Frames of the next block that are shown. */
    int frames(BlockShape shape) {
        if (block == sceneBlock) {
            return shape.first();
        }
        return endsRollout(shape) ? shape.full() - shape.first() : shape.full(); // the next roll-out shows the rest
    }

    /** Whether the next block is the last of its roll-out. */
    boolean endsRollout(BlockShape shape) {
        return shape.rollout > 0 && block - sceneBlock == shape.rollout - 1;
    }

    /** Whether the next block begins a roll-out that overlaps the last one. */
    boolean beginsOverlappingRollout(BlockShape shape) {
        return shape.rollout > 0 && block - sceneBlock == shape.rollout;
    }

    /**
     * How latent blocks map to frames.
     *
     * @param latents of a block
     * @param factor frames encoded by each latent frame after the first
     * @param rollout blocks of a roll-out, 0 if it never ends
     * @param firstLatents latents of the first block of a scene
     */
    record BlockShape(int latents, int factor, int rollout, int firstLatents) {
        static BlockShape of(Networks networks) {
            var plan = networks.plan();
            return new BlockShape(plan.block(), networks.codec().timeFactor(), networks.blocksPerRollout(), plan.length(0));
        }

        /** Frames of the first block of a scene. */
        int first() {
            return 1 + (firstLatents - 1) * factor;
        }

        /** Frames of a block in the middle. */
        int full() {
            return latents * factor;
        }
    }

    StreamPosition nextBlock(int frames) {
        return new StreamPosition(block + 1, frame + frames, sceneBlock, anchorBlock, lastCue, activePrompt);
    }

    /** The next block begins a scene. */
    StreamPosition newScene() {
        return new StreamPosition(block, frame, block, block, lastCue, activePrompt);
    }

    /** The next block begins a roll-out that continues the scene. */
    StreamPosition newRollout() {
        return new StreamPosition(block, frame, block, anchorBlock, lastCue, activePrompt);
    }

    /** Activates a cue. @param anchor first block after the transition */
    StreamPosition withCue(double cue, ActivePrompt prompt, long anchor) {
        return new StreamPosition(block, frame, sceneBlock, anchor, cue, prompt);
    }
}
