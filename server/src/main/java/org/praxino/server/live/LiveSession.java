package org.praxino.server.live;

import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.PushedFrames;
import org.praxino.stream.StreamSession;
import org.praxino.stream.timeline.Timeline;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stream and its client. {@link FrameSender} sends frames through a {@link ClientChannel}, {@link SessionEvents} sends events, {@link
 * SessionCommands} executes the client's requests. One {@link SessionLock} guards all state and orders messages.
 */
final class LiveSession implements AutoCloseable {
    private final SessionProperties properties;
    private final StreamSession stream;
    private final @Nullable PushedFrames input;
    private final RecordingBuffer recording;
    private final Metrics metrics;
    private final SessionLock lock = new SessionLock();
    private final PendingUpdates updates = new PendingUpdates();
    private final ViewerQueues viewers = new ViewerQueues();
    private final ClientChannel channel;
    private final SessionEvents events;
    private final FrameSender sender;
    private final SessionCommands commands;
    private final Object countLock = new Object();
    private long counted; // frames, under counting

    /** @param next number of the next frame @param run that it belongs to */
    LiveSession(SessionProperties properties, StreamSession stream, @Nullable PushedFrames input, RecordingBuffer recording,
            Metrics metrics, long next, int run, boolean paused) {
        this.properties = properties;
        this.stream = stream;
        this.input = input;
        this.recording = recording;
        this.metrics = metrics;
        this.channel = new ClientChannel(properties, metrics, next, run);
        this.events = new SessionEvents(properties, stream, lock, channel, updates, metrics);
        this.sender = new FrameSender(properties, stream, lock, channel, events, recording, viewers, metrics);
        this.commands = new SessionCommands(properties, stream, input != null, lock, channel, events, updates, sender);
        stream.onEvent(events::onStreamEvent);
        if (paused) {
            try (var held = lock.lock()) {
                sender.setPaused(true);
                sender.pauseStream();
            }
        }
    }

    /** @param badge whether every frame gets a visible badge */
    void start(boolean badge) {
        sender.start(badge);
    }

    SessionProperties properties() {
        return properties;
    }

    RecordingBuffer recording() {
        return recording;
    }

    ViewerQueues viewers() {
        return viewers;
    }

    /** What its client may ask of it. */
    SessionCommands commands() {
        return commands;
    }

    // ------------------------------------------------------------------ connection

    /**
     * Connects a client, replacing any other. Begins a new run.
     *
     * @param greeting sent first
     * @param lastRun of the last displayed frame, or -1
     */
    void attach(ClientChannel.Output to, Supplier<ObjectNode> greeting, long lastRun, long lastFrame) {
        try (var held = lock.lock()) {
            channel.closeWith(LiveError.fatal("taken_over", "this session continues in another connection"));
            channel.close();
            List<RecordingBuffer.SentFrame> missed = lastRun == channel.run() ? recording.after(lastRun, lastFrame) : List.of();
            sender.resend(missed);
            updates.onSeek();
            channel.open(to, missed.isEmpty() ? channel.next() : missed.getFirst().number());
            channel.sendMessage(greeting.get());
            if (!sender.paused()) {
                sender.resumeStream();
            }
            lock.signalChange();
        }
    }

    /** Disconnects a client, unless another one has replaced it. */
    void detach(SendQueue queue) {
        try (var held = lock.lock()) {
            if (channel.sendsTo(queue)) {
                channel.close();
                sender.pauseStream();
            }
        }
    }

    /** When the client disconnected, on the clock of {@link System#nanoTime}; 0 while connected. */
    long disconnectedSince() {
        try (var held = lock.lock()) {
            return channel.disconnectedSince();
        }
    }

    /** The send queue may have room again. */
    void wakeSender() {
        try (var held = lock.lock()) {
            lock.signalChange();
        }
    }

    /** The client displayed a frame. */
    void onFrameShown(long ofRun, long frame) {
        try (var held = lock.lock()) {
            if (ofRun != channel.run()) {
                return;
            }
            channel.onFrameShown(frame);
            long now = System.nanoTime();
            updates.shown(Math.min(frame, channel.next() - 1)).forEach(u -> metrics.updateVisible(now - u.requestedNanos()));
            lock.signalChange();
        }
    }

    // ------------------------------------------------------------------ input

    boolean hasInput() {
        return input != null;
    }

    /** Pushes an input frame of the model's size. */
    void push(Frame frame) {
        if (input == null) {
            throw LiveError.of("wrong_state", "this session follows no input: start one with \"input\"");
        }
        if (!input.push(frame)) {
            metrics.dropped("input", 1);
            try (var held = lock.lock()) {
                events.onInputDropped();
            }
        }
    }

    void endInput() {
        if (input == null) {
            throw LiveError.of("wrong_state", "this session follows no input: there is none to end");
        }
        input.end();
    }

    // ------------------------------------------------------------------ state

    /** Adds the current state to a message. */
    void describe(ObjectNode message) {
        try (var held = lock.lock()) {
            Double strength = stream.timeline().strength();
            String prompt = promptAt(channel.next());
            ServerMessages.withWarnings(message, stream.promptWarnings(prompt)).put("prompt", prompt).put("run", channel.run()).put("frame", channel.next())
                    .put("follows_input", input != null)
                    .put("strength", input == null ? null : strength == null ? (Double) Timeline.STRENGTH : strength)
                    .put("state", sender.state());
        }
    }

    String stateName() {
        try (var held = lock.lock()) {
            return channel.connected() ? sender.state() : "away";
        }
    }

    /** The timeline played so far as JSON. */
    String timeline() {
        return stream.timeline().toJson();
    }

    String promptAt(long frame) {
        return events.promptAt(frame);
    }

    /** Number of the stream's next frame. */
    long nextFrame() {
        try (var held = lock.lock()) {
            return sender.nextFrame();
        }
    }

    int run() {
        try (var held = lock.lock()) {
            return channel.run();
        }
    }

    long frames() {
        try (var held = lock.lock()) {
            return channel.frames();
        }
    }

    /**
     * Reports frames that were sent and not yet counted, if there are enough. They count as reported once {@code book} returns. Does not
     * block sending.
     *
     * @return whether there were enough
     */
    boolean count(double minFrames, LongConsumer record) {
        synchronized (countLock) {
            long sent = frames() - counted;
            if (sent < minFrames) {
                return false;
            }
            record.accept(sent);
            counted += sent;
            return true;
        }
    }

    boolean paused() {
        try (var held = lock.lock()) {
            return sender.paused();
        }
    }

    /** Whether the stream failed. */
    boolean hasFailed() {
        return sender.hasFailed();
    }

    /** Closes the stream; waits for the current block. */
    @Override
    public void close() {
        try (var held = lock.lock()) {
            sender.close();
            channel.close();
        }
        viewers.close();
        stream.close();
        if (input != null) {
            input.close();
        }
    }
}
