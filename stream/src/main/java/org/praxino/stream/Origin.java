package org.praxino.stream;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.timeline.Timeline;

/**
 * Where a session begins.
 *
 * @param timeline with a seed
 * @param live times of the cues that were given while it ran
 * @param mark to go on from, or null for the beginning; stays the caller's
 * @param from number of the first frame that is wanted
 */
record Origin(Timeline timeline, Set<Double> live, @Nullable Mark mark, long from) {
    Origin {
        live = Set.copyOf(live);
    }

    static Origin beginning(Timeline timeline) {
        return new Origin(timeline, Set.of(), null, 0);
    }
}
