package org.praxino.stream.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.praxino.stream.AppliedUpdate;
import org.praxino.stream.StreamUpdate;
import org.praxino.stream.timeline.ActivePrompt;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.InputImage;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;

/**
 * A timeline in terms of blocks and frames, including updates made while it plays. Changed on the engine's thread; the timeline may be read
 * from any thread.
 */
public final class PlayedTimeline {
    private final double fps;
    private final StreamPosition.BlockShape shape;
    private final Set<Double> liveCues;
    private volatile Timeline timeline;

    /** @param liveCues times of cues added while playing @param shape of blocks */
    PlayedTimeline(Timeline timeline, Set<Double> liveCues, double fps, StreamPosition.BlockShape shape) {
        this.timeline = timeline;
        this.liveCues = new HashSet<>(liveCues);
        this.fps = fps;
        this.shape = shape;
    }

    public Timeline timeline() {
        return timeline;
    }

    Set<Double> liveCues() {
        return Set.copyOf(liveCues);
    }

    /** Playback time of a block. */
    double blockSeconds() {
        return shape.full() / fps;
    }

    double seconds(long frame) {
        return frame / fps;
    }

    /** An update's position. @param frame of the next block at {@code position}, or a later one */
    AppliedUpdate updateAt(StreamPosition position, long frame) {
        return new AppliedUpdate(position.block(), frame, seconds(frame));
    }

    /** Number of the first frame after the end. */
    long end() {
        return timeline.seconds() == null ? Long.MAX_VALUE : Math.max(1, Math.round(timeline.seconds() * fps));
    }

    int frames(StreamPosition position) {
        return position.frames(shape);
    }

    /** Cues, such as prompt changes, that act at the next block of {@code position}. */
    List<Cue> dueCues(StreamPosition position) {
        double now = seconds(position.frame()) + 1e-9;
        return timeline.cues().stream().filter(c -> c.at() > position.lastCue() && c.at() <= now).toList();
    }

    /** The position after its due cues, as far as frame counts go. */
    StreamPosition afterCues(StreamPosition position) {
        List<Cue> due = dueCues(position);
        return !due.isEmpty() && due.getLast().image() != null ? position.newScene()
                : position.beginsOverlappingRollout(shape) ? position.newRollout() : position;
    }

    /** The position one block later, as far as block and frame counts go. */
    StreamPosition afterBlock(StreamPosition position) {
        List<Cue> due = dueCues(position);
        StreamPosition prompt = afterCues(position);
        StreamPosition next = prompt.nextBlock(frames(prompt));
        return due.isEmpty() ? next
                : new StreamPosition(next.block(), next.frame(), next.sceneBlock(), next.anchorBlock(), due.getLast().at(),
                next.activePrompt());
    }

    /** The position after applying a cue. @param visibleBlocks past blocks that a block attends to */
    StreamPosition withCue(StreamPosition position, Cue cue, int visibleBlocks) {
        ActivePrompt prompt = ActivePrompt.after(position.activePrompt(), cue, position.block(), blockSeconds());
        long settling = position.activePrompt() == null ? 0 : prompt.blocks() + visibleBlocks;
        return position.withCue(cue.at(), prompt, position.block() + settling);
    }

    /** Inserts an update before the next block of {@code position}. */
    void insert(StreamPosition position, StreamUpdate update) {
        double now = seconds(position.frame());
        boolean newFuture = update.when() instanceof StreamUpdate.Now;
        // An immediate update replaces later updates; a scene that begins with an image still does.
        Timeline kept = !newFuture ? timeline
                : timeline.withCues(timeline.cues().stream().filter(c -> c.at() <= now || !liveCues.contains(c.at())).toList());
        InputImage there = kept.cues().stream().filter(c -> c.at() == now).map(Cue::image).filter(Objects::nonNull).findFirst().orElse(null);
        InputImage picture = update.image() != null ? update.image() : there;
        String before = kept.cues().stream().filter(c -> c.at() <= now).reduce((a, b) -> b).orElseThrow().prompt();
        if (newFuture) {
            liveCues.removeIf(t -> t > now);
        }
        liveCues.add(now);
        String prompt = update.prompt() == null ? before : update.prompt();
        timeline = kept.withCue(new Cue(now, prompt, picture == null ? update.transition() : Transition.CUT, picture));
    }

    void strength(double value) {
        timeline = new Timeline(timeline.cues(), timeline.seconds(), timeline.seed(), timeline.size(), timeline.fps(), timeline.video(), value,
                timeline.continuedClip());
    }
}
