package org.praxino.stream.engine;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.timeline.Timeline;

/**
 * The point at which a session starts.
 *
 * @param timeline with a seed
 * @param liveCues times of cues added while it ran
 * @param checkpoint to continue from, or null for the beginning; owned by the caller
 * @param firstFrame number of the first frame to show
 */
public record SessionStart(Timeline timeline, Set<Double> liveCues, @Nullable StreamCheckpoint checkpoint, long firstFrame) {
    public SessionStart {
        liveCues = Set.copyOf(liveCues);
    }

    public static SessionStart beginning(Timeline timeline) {
        return new SessionStart(timeline, Set.of(), null, 0);
    }
}
