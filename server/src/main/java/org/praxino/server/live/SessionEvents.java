package org.praxino.server.live;

import java.util.TreeMap;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamSession;
import org.praxino.stream.StreamedFrame;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends events of a stream to its client: stream events, and when updates take effect. The event of a block is sent after its last frame.
 * Guarded by the session's lock.
 */
final class SessionEvents {
    private static final int MAX_BLOCKS = 64;

    private final SessionProperties properties;
    private final StreamSession stream;
    private final SessionLock lock;
    private final ClientChannel channel;
    private final PendingUpdates updates;
    private final Metrics metrics;
    private final TreeMap<Long, StreamEvent.BlockDone> blocks = new TreeMap<>();
    private long onInputDropped;

    SessionEvents(SessionProperties properties, StreamSession stream, SessionLock lock, ClientChannel channel, PendingUpdates updates,
            Metrics metrics) {
        this.properties = properties;
        this.stream = stream;
        this.lock = lock;
        this.channel = channel;
        this.updates = updates;
        this.metrics = metrics;
    }

    // ------------------------------------------------------------------ stream events

    /** Called on the model's threads, which must not wait for the lock. */
    void onStreamEvent(StreamEvent event) {
        Thread.startVirtualThread(() -> {
            try (var held = lock.lock()) {
                handle(event);
            }
        });
    }

    private void handle(StreamEvent event) {
        switch (event) {
            case StreamEvent.BlockDone done -> onBlock(done);
            case StreamEvent.StateChanged state -> lock.signalChange();
            case StreamEvent.PromptApplied applied -> {}
            case StreamEvent.Drifted e -> channel.sendMessage(ServerMessages.drifted(e));
            case StreamEvent.Reanchored e -> channel.sendMessage(SendQueue.message("stream.reanchored", null).put("block", e.block()));
            case StreamEvent.SourceStalled e -> channel.sendMessage(SendQueue.message("input.stalled", null).put("seconds", e.seconds()));
            case StreamEvent.SourceEnded e ->
                    channel.sendMessage(SendQueue.message("input.ended", null).put("frames", e.frames()).put("problem", e.error()));
            case StreamEvent.CueFailed e -> channel.sendMessage(ServerMessages.cueFailed(e));
        }
    }

    private void onBlock(StreamEvent.BlockDone done) {
        metrics.block(properties.model(), properties.id(), done.block(), done.makeMillis(), done.decodeMillis(), done.frames(),
                stream.stats().realtimeFactor(), done.drift().score());
        blocks.put(done.block(), done);
        while (blocks.size() > MAX_BLOCKS) {
            blocks.pollFirstEntry();
        }
        if (done.block() == channel.lastBlock() && channel.next() >= done.firstFrame() + done.frames()) {
            afterBlock(done.block()); // its last frame was already sent
        }
    }

    // ------------------------------------------------------------------ sent frames

    /** Before a frame is sent for the first time: reports the updates that take effect with it. */
    void beforeFrame(StreamedFrame next) {
        if (next.block() == channel.lastBlock()) {
            return;
        }
        for (PendingUpdates.Update update : updates.due(next.block())) {
            channel.sendMessage(ServerMessages.withPosition(SendQueue.message("update.applied", update.event()), update.at()).put("run",
                    channel.run()));
        }
    }

    /** After the last frame of a block was sent. */
    void afterBlock(long block) {
        StreamEvent.BlockDone event = blocks.get(block);
        if (event == null) {
            return; // sent as soon as it is available
        }
        blocks.headMap(block, true).clear();
        channel.sendMessage(ServerMessages.blockDone(event, channel.run(), promptAt(event.firstFrame()), properties.seed(), stream.stats()
                .realtimeFactor(), onInputDropped,
                channel.lagMillis()));
    }

    /** The stream was rewound. */
    void onSeek() {
        blocks.clear();
        updates.onSeek();
    }

    void onInputDropped() {
        onInputDropped++;
    }

    // ------------------------------------------------------------------ position

    /** A state message with the next block and frame. */
    ObjectNode state(String name) {
        return SendQueue.message("session.state", null).put("state", name).put("block", nextBlock()).put("frame", channel.next());
    }

    /** Block of the next frame. */
    long nextBlock() {
        StreamedFrame next = stream.frames().peek();
        return next != null ? next.block() : channel.lastBlock() + 1;
    }

    /** The prompt of a frame. Does not need the lock. */
    String promptAt(long frame) {
        double now = frame / properties.fps() + 1e-9;
        return stream.timeline().cues().stream().filter(c -> c.at() <= now).reduce((a, b) -> b).orElseThrow().prompt();
    }
}
