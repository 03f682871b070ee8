package org.praxino.stream.engine;

import org.praxino.io.model.ModelInfo;
import org.praxino.stream.AppliedUpdate;
import org.praxino.stream.StreamUpdate;
import org.praxino.tensor.UserException;

/** Applies updates to a stream between two blocks: prompts, images, strength, rewinding. On the engine's thread. */
public final class StreamUpdates {
    private final StreamEngine engine;
    private final SessionResources resources;
    private final FrameQueue queue;
    private final ModelInfo.ClipSize size;

    public StreamUpdates(StreamEngine engine, SessionResources resources, FrameQueue queue, ModelInfo.ClipSize size) {
        this.engine = engine;
        this.resources = resources;
        this.queue = queue;
        this.size = size;
    }

    /** The current position. */
    public AppliedUpdate currentPosition() {
        return engine.playedTimeline().updateAt(engine.position(), engine.position().frame());
    }

    /** The position of a generated frame. */
    public AppliedUpdate positionOf(long frame) {
        return engine.playedTimeline().updateAt(resources.history.latestBefore(frame).position(), frame);
    }

    /**
     * Applies a new prompt or image at the first block of which no frame has been read, or later. Frames generated from that block on are
     * dropped.
     */
    public AppliedUpdate apply(StreamUpdate update) {
        if (update.prompt() != null) {
            resources.prompts.check(update.prompt());
        }
        if (update.image() != null) {
            if (resources.source != null) {
                throw new UserException("a video to video stream takes no image");
            }
            update.image().load(size.width(), size.height());
        }
        while (engine.position().frame() < engine.firstShown() && !engine.hasEnded()) {
            engine.generateBlock(); // catches up to the first frame to show
        }
        resources.decoder.awaitPending();
        StreamPosition current = engine.position();
        PlayedTimeline timeline = engine.playedTimeline();
        StreamCheckpoint first = resources.source == null && current.frame() > queue.position()
                ? resources.history.firstFrom(queue.position()) : null;
        StreamPosition at = first == null ? current : first.position();
        while (!update.isDue(at.block(), timeline.seconds(at.frame()))) {
            at = timeline.afterBlock(at);
            if (at.frame() >= timeline.end()) {
                throw new UserException("the stream ends before that time");
            }
        }
        StreamCheckpoint checkpoint = first != null && at.frame() < current.frame() ? resources.history.firstFrom(at.frame()) : null;
        if (checkpoint != null && checkpoint.position().block() == at.block()) {
            queue.dropFrom(checkpoint.position().frame());
            engine.restore(checkpoint);
        }
        StreamPosition effective = at.frame() < engine.position().frame() ? engine.position() : at;
        timeline.insert(effective, update);
        return timeline.updateAt(effective, effective.frame());
    }

    public AppliedUpdate setStrength(double value) {
        if (resources.source == null) {
            throw new UserException("strength=" + value + " applies to video to video streams only");
        }
        engine.playedTimeline().strength(value);
        return currentPosition();
    }

    public AppliedUpdate rewind(long block) {
        requireHistory("rewind");
        StreamPosition current = engine.position();
        if (block < 0 || block > current.block()) {
            throw new UserException("block " + block + " cannot be rewound to: the last generated block is " + (current.block() - 1));
        }
        resources.decoder.awaitPending();
        StreamPosition at = current;
        if (block < current.block()) {
            StreamCheckpoint floor = resources.history.atOrBefore(block, current.block());
            at = floor.position();
            while (at.block() < block) {
                at = engine.playedTimeline().afterBlock(at);
            }
            engine.restore(floor);
        }
        engine.firstShown(at.frame());
        queue.moveTo(at.frame());
        return engine.playedTimeline().updateAt(at, at.frame());
    }

    /** Where a fork or snapshot starts: the next unread frame. The checkpoint stays owned here. */
    public SessionStart startHere(String what) {
        requireHistory(what);
        resources.decoder.awaitPending();
        long position = Math.max(queue.position(), engine.firstShown());
        if (engine.position().frame() <= position && !resources.history.has(engine.position().block())) {
            engine.saveCheckpoint();
        }
        PlayedTimeline timeline = engine.playedTimeline();
        return new SessionStart(timeline.timeline(), timeline.liveCues(), resources.history.latestBefore(position), position);
    }

    private void requireHistory(String what) {
        if (resources.source != null) {
            throw new UserException("cannot " + what + " a video to video stream: its source cannot be rewound");
        }
        if (!resources.history.isEnabled()) {
            throw new UserException("cannot " + what + " this stream: a checkpoint takes " + (resources.rollout.cacheBytes() >> 20)
                    + " MiB, and there is too little free memory");
        }
    }
}
