package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.stream.timeline.Passage;

/**
 * Where a stream is, before a block: all of it that is not tensors.
 *
 * @param block number of the block that comes next
 * @param frame number of its first frame
 * @param sceneBlock first block of the scene or of the roll-out, which has fewer frames: the first latent frame stands for one
 * @param anchorBlock first block of the anchor that drift is measured against
 * @param lastCue time of the last cue that was played, -1 for none
 * @param passage in force, or null before the first cue
 */
record Head(long block, long frame, long sceneBlock, long anchorBlock, double lastCue, @Nullable Passage passage) {
    static final Head START = new Head(0, 0, 0, 0, -1, null);

    /** Frames of the next block that are shown. */
    int frames(Shape shape) {
        if (block == sceneBlock) {
            return shape.first();
        }
        return isLast(shape) ? shape.full() - shape.first() : shape.full(); // the next roll-out shows the others
    }

    /** Whether the next block is the last of its roll-out. */
    boolean isLast(Shape shape) {
        return shape.rollout > 0 && block - sceneBlock == shape.rollout - 1;
    }

    /** Whether the next block joins a new roll-out to the one that is done. */
    boolean joins(Shape shape) {
        return shape.rollout > 0 && block - sceneBlock == shape.rollout;
    }

    /**
     * How blocks become frames.
     *
     * @param latents of a block
     * @param factor frames a latent frame after the first stands for
     * @param rollout blocks of a roll-out, 0 where there is one without end
     * @param beginning latents of the first block of a scene
     */
    record Shape(int latents, int factor, int rollout, int beginning) {
        static Shape of(Networks networks) {
            var plan = networks.plan();
            return new Shape(plan.block(), networks.codec().timeFactor(), networks.blocksPerRollout(), plan.length(0));
        }

        /** Frames of the first block of a scene. */
        int first() {
            return 1 + (beginning - 1) * factor;
        }

        /** Frames of a block in the middle. */
        int full() {
            return latents * factor;
        }
    }

    Head next(int frames) {
        return new Head(block + 1, frame + frames, sceneBlock, anchorBlock, lastCue, passage);
    }

    /** The next block begins a scene. */
    Head newScene() {
        return new Head(block, frame, block, block, lastCue, passage);
    }

    /** The next block begins a roll-out that goes on with the scene. */
    Head newRollout() {
        return new Head(block, frame, block, anchorBlock, lastCue, passage);
    }

    /** A cue is in force. @param anchor first block that is free of the change */
    Head played(double cue, Passage begun, long anchor) {
        return new Head(block, frame, sceneBlock, anchor, cue, begun);
    }
}
