package org.praxino.train.data.compose;

import java.util.List;
import java.util.random.RandomGenerator;

/** Sizes and positions with their caption phrases. Full size in the middle is the default and not mentioned. */
enum Placement {
    SMALL(0.5, 0.5, 0.35, 0.5, "small", List.of()),
    TINY(0.5, 0.5, 0.2, 0.28, "tiny", List.of()),
    LARGE(0.5, 0.5, 1.2, 1.4, "large", List.of()),
    CLOSE(0.5, 0.5, 1.6, 1.9, "", List.of("close up", "seen from very near", "close-up")),
    LEFT(0.28, 0.5, 0.45, 0.55, "", List.of("on the left", "on the left side", "at the left")),
    RIGHT(0.72, 0.5, 0.45, 0.55, "", List.of("on the right", "on the right side", "at the right")),
    TOP(0.5, 0.28, 0.45, 0.55, "", List.of("at the top", "in the upper half")),
    BOTTOM(0.5, 0.72, 0.45, 0.55, "", List.of("at the bottom", "in the lower half")),
    TOP_LEFT(0.26, 0.26, 0.35, 0.5, "small", List.of("in the top left corner", "in the upper left corner")),
    TOP_RIGHT(0.74, 0.26, 0.35, 0.5, "small", List.of("in the top right corner", "in the upper right corner")),
    BOTTOM_LEFT(0.26, 0.74, 0.35, 0.5, "small", List.of("in the bottom left corner", "in the lower left corner")),
    BOTTOM_RIGHT(0.74, 0.74, 0.35, 0.5, "small", List.of("in the bottom right corner", "in the lower right corner"));

    private static final double JITTER = 0.02;

    private final double x;
    private final double y;
    private final double least;
    private final double most;
    /** Adjective of size, empty for none. */
    final String size;
    /** Phrases for the placement, empty for the centre. */
    final List<String> words;

    Placement(double x, double y, double least, double most, String size, List<String> words) {
        this.x = x;
        this.y = y;
        this.least = least;
        this.most = most;
        this.size = size;
        this.words = words;
    }

    Pose draw(RandomGenerator random) {
        return new Pose(x + random.nextDouble(-JITTER, JITTER), y + random.nextDouble(-JITTER, JITTER),
                random.nextDouble(least, most));
    }
}
