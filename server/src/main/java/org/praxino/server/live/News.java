package org.praxino.server.live;

import java.util.TreeMap;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamSession;
import org.praxino.stream.StreamedFrame;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client is told of its stream while it plays: what the stream reports, and at which frame an update acts. The news of a block waits
 * until its last frame was sent. Under the session's lock.
 */
final class News {
    private static final int MOST_BLOCKS = 64;

    private final Identity identity;
    private final StreamSession stream;
    private final Guard guard;
    private final Channel channel;
    private final Updates updates;
    private final Metrics metrics;
    private final TreeMap<Long, StreamEvent.BlockDone> blocks = new TreeMap<>();
    private long inputDropped;

    News(Identity identity, StreamSession stream, Guard guard, Channel channel, Updates updates, Metrics metrics) {
        this.identity = identity;
        this.stream = stream;
        this.guard = guard;
        this.channel = channel;
        this.updates = updates;
        this.metrics = metrics;
    }

    // ------------------------------------------------------------------ what the stream reports

    /** On the model's threads, which do not wait for the lock. */
    void heard(StreamEvent event) {
        Thread.startVirtualThread(() -> {
            try (var held = guard.take()) {
                hear(event);
            }
        });
    }

    private void hear(StreamEvent event) {
        switch (event) {
            case StreamEvent.BlockDone done -> made(done);
            case StreamEvent.StateChanged state -> guard.changed();
            case StreamEvent.PromptApplied applied -> {}
            case StreamEvent.Drifted e -> channel.tell(Says.drifted(e));
            case StreamEvent.Reanchored e -> channel.tell(Outbox.message("stream.reanchored", null).put("block", e.block()));
            case StreamEvent.SourceStalled e -> channel.tell(Outbox.message("input.stalled", null).put("seconds", e.seconds()));
            case StreamEvent.SourceEnded e -> channel.tell(Outbox.message("input.ended", null).put("frames", e.frames()).put("problem", e.error()));
            case StreamEvent.CueFailed e -> channel.tell(Says.cueFailed(e));
        }
    }

    private void made(StreamEvent.BlockDone done) {
        metrics.block(identity.model(), identity.id(), done.block(), done.makeMillis(), done.decodeMillis(), done.frames(),
                stream.stats().realtimeFactor(), done.drift().score());
        blocks.put(done.block(), done);
        while (blocks.size() > MOST_BLOCKS) {
            blocks.pollFirstEntry();
        }
        if (done.block() == channel.lastBlock() && channel.next() >= done.firstFrame() + done.frames()) {
            sent(done.block()); // its last frame was sent already
        }
    }

    // ------------------------------------------------------------------ what is sent

    /** A frame is about to be sent for the first time: says which updates act with it. */
    void comes(StreamedFrame next) {
        if (next.block() == channel.lastBlock()) {
            return;
        }
        for (Updates.Waiting update : updates.due(next.block())) {
            channel.tell(Says.place(Outbox.message("update.applied", update.event()), update.at()).put("run", channel.run()));
        }
    }

    /** The last frame of a block was sent. */
    void sent(long block) {
        StreamEvent.BlockDone event = blocks.get(block);
        if (event == null) {
            return; // told as soon as it is known
        }
        blocks.headMap(block, true).clear();
        channel.tell(Says.blockDone(event, channel.run(), promptAt(event.firstFrame()), identity.seed(), stream.stats().realtimeFactor(), inputDropped,
                channel.lagMillis()));
    }

    /** The stream was moved: its blocks are made anew. */
    void moved() {
        blocks.clear();
        updates.moved();
    }

    void inputDropped() {
        inputDropped++;
    }

    // ------------------------------------------------------------------ where it is

    /** A message of the state, with what comes next. */
    ObjectNode state(String name) {
        return Outbox.message("session.state", null).put("state", name).put("block", nextBlock()).put("frame", channel.next());
    }

    /** Block of the frame that comes next. */
    long nextBlock() {
        StreamedFrame next = stream.frames().peek();
        return next != null ? next.block() : channel.lastBlock() + 1;
    }

    /** The prompt that a frame shows; needs no lock. */
    String promptAt(long frame) {
        double now = frame / identity.fps() + 1e-9;
        return stream.timeline().cues().stream().filter(c -> c.at() <= now).reduce((a, b) -> b).orElseThrow().prompt();
    }
}
