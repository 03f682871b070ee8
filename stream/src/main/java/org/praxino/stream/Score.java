package org.praxino.stream;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Passage;
import org.praxino.stream.timeline.Picture;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;

/**
 * The timeline counted in blocks and frames, as a conductor reads it, with what was typed while it was played. Changed on the engine's
 * thread; the timeline can be looked at from any.
 */
final class Score {
    private final double fps;
    private final Head.Shape shape;
    private final Set<Double> live;
    private volatile Timeline timeline;

    /** @param live times of cues that were typed @param shape of blocks */
    Score(Timeline timeline, Set<Double> live, double fps, Head.Shape shape) {
        this.timeline = timeline;
        this.live = new HashSet<>(live);
        this.fps = fps;
        this.shape = shape;
    }

    Timeline timeline() {
        return timeline;
    }

    Set<Double> live() {
        return Set.copyOf(live);
    }

    /** Playing time of a block. */
    double blockSeconds() {
        return shape.full() / fps;
    }

    double seconds(long frame) {
        return frame / fps;
    }

    /** A place. @param frame of the block that comes next at {@code head}, or a later one */
    Applied at(Head head, long frame) {
        return new Applied(head.block(), frame, seconds(frame));
    }

    /** Number of the first frame that is not played. */
    long end() {
        return timeline.seconds() == null ? Long.MAX_VALUE : Math.max(1, Math.round(timeline.seconds() * fps));
    }

    int frames(Head at) {
        return at.frames(shape);
    }

    /** Cues that act with the next block of {@code at}. */
    List<Cue> due(Head at) {
        double now = seconds(at.frame()) + 1e-9;
        return timeline.cues().stream().filter(c -> c.at() > at.lastCue() && c.at() <= now).toList();
    }

    /** The head after its cues, as far as frames are counted. */
    Head cued(Head at) {
        List<Cue> due = due(at);
        return !due.isEmpty() && due.getLast().image() != null ? at.newScene() : at.joins(shape) ? at.newRollout() : at;
    }

    /** The head a block later, as far as blocks and frames are counted. */
    Head stepped(Head at) {
        List<Cue> due = due(at);
        Head begun = cued(at);
        Head next = begun.next(frames(begun));
        return due.isEmpty() ? next : new Head(next.block(), next.frame(), next.sceneBlock(), next.anchorBlock(), due.getLast().at(), next.passage());
    }

    /** The head with a cue in force. @param seen blocks of the past that a block can see */
    Head played(Head at, Cue cue, int seen) {
        Passage begun = Passage.begin(at.passage(), cue, at.block(), blockSeconds());
        long settling = at.passage() == null ? 0 : begun.blocks() + seen;
        return at.played(cue.at(), begun, at.block() + settling);
    }

    /** Types a change before the next block of {@code at}. */
    void type(Head at, Change change) {
        double now = seconds(at.frame());
        boolean newFuture = change.when() instanceof Change.Now;
        // What was typed for a later time belonged to another future; what a picture begins still begins with it.
        Timeline kept = !newFuture ? timeline
                : timeline.withCues(timeline.cues().stream().filter(c -> c.at() <= now || !live.contains(c.at())).toList());
        Picture there = kept.cues().stream().filter(c -> c.at() == now).map(Cue::image).filter(Objects::nonNull).findFirst().orElse(null);
        Picture picture = change.image() != null ? change.image() : there;
        String before = kept.cues().stream().filter(c -> c.at() <= now).reduce((a, b) -> b).orElseThrow().prompt();
        if (newFuture) {
            live.removeIf(t -> t > now);
        }
        live.add(now);
        String prompt = change.prompt() == null ? before : change.prompt();
        timeline = kept.with(new Cue(now, prompt, picture == null ? change.transition() : Transition.CUT, picture));
    }

    void strength(double value) {
        timeline = new Timeline(timeline.cues(), timeline.seconds(), timeline.seed(), timeline.size(), timeline.fps(), timeline.video(), value,
                timeline.past());
    }
}
