package org.praxino.train.data;

import java.util.List;

/**
 * Everything that decides the pixels of a sample, and its caption.
 *
 * @param actors what is seen, painted in this order
 * @param background behind them
 * @param pathFrames frames that a whole path takes
 * @param pathStart frame of the path at which the sample begins
 * @param caption says all of it
 */
record Composition(List<Actor> actors, Background background, int pathFrames, int pathStart, String caption) {

    /** One picture: which clip, from which of its frames, where, and how it moves. */
    record Actor(ClipStore.Clip clip, int start, Pose pose, Motion motion) {}

    String name() {
        return actors.getFirst().clip().info().name();
    }

    boolean heldOut() {
        return actors.stream().anyMatch(a -> a.clip().heldOut());
    }
}
