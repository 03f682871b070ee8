package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.stream.timeline.Passage;

/**
 * Where a stream is, before a block: all of it that is not tensors.
 *
 * @param block number of the block that comes next
 * @param frame number of its first frame
 * @param sceneBlock first block of the scene, which has fewer frames: the first latent frame stands for one
 * @param anchorBlock first block of the anchor that drift is measured against
 * @param lastCue time of the last cue that was played, -1 for none
 * @param passage in force, or null before the first cue
 */
record Head(long block, long frame, long sceneBlock, long anchorBlock, double lastCue, @Nullable Passage passage) {
    static final Head START = new Head(0, 0, 0, 0, -1, null);

    /** Frames of the next block. @param latents of a block @param factor frames a latent frame after the first stands for */
    int frames(int latents, int factor) {
        return block == sceneBlock ? 1 + (latents - 1) * factor : latents * factor;
    }

    Head next(int frames) {
        return new Head(block + 1, frame + frames, sceneBlock, anchorBlock, lastCue, passage);
    }

    /** The next block begins a scene. */
    Head newScene() {
        return new Head(block, frame, block, block, lastCue, passage);
    }

    /** A cue is in force. @param anchor first block that is free of the change */
    Head played(double cue, Passage begun, long anchor) {
        return new Head(block, frame, sceneBlock, anchor, cue, begun);
    }
}
