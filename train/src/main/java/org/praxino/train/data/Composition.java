package org.praxino.train.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A complete description of a sample's pixels, with its caption.
 *
 * @param sprites in painting order
 * @param background behind them
 * @param pathFrames frames that a whole path takes
 * @param pathStart frame of the path at which the sample begins
 * @param caption says all of it
 */
record Composition(List<Sprite> sprites, SceneBackground background, int pathFrames, int pathStart, String caption) {

    /** A clip with its first frame, position and motion. @param colour that it has in place of its own, or null */
    record Sprite(ClipStore.Clip clip, int start, Pose pose, Motion motion, @Nullable NamedColour colour) {}

    String name() {
        return sprites.getFirst().clip().info().name();
    }

    boolean heldOut() {
        return sprites.stream().anyMatch(a -> a.clip().heldOut());
    }
}
