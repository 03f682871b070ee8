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
 * A stream and who watches it. A {@link Pump} sends its frames through a {@link Channel}, {@link News} go beside them, {@link Steering} is what the
 * client asks for; all that changes is under one {@link Guard}, which also orders what is sent.
 */
final class LiveSession implements AutoCloseable {
    private final Identity identity;
    private final StreamSession stream;
    private final @Nullable PushedFrames input;
    private final Recorder recorder;
    private final Metrics metrics;
    private final Guard guard = new Guard();
    private final Updates updates = new Updates();
    private final Onlookers onlookers = new Onlookers();
    private final Channel channel;
    private final News news;
    private final Pump pump;
    private final Steering steering;
    private final Object counting = new Object();
    private long counted; // frames, under counting

    /** @param next number of the first frame that comes @param run that it belongs to */
    LiveSession(Identity identity, StreamSession stream, @Nullable PushedFrames input, Recorder recorder, Metrics metrics, long next, int run, boolean paused) {
        this.identity = identity;
        this.stream = stream;
        this.input = input;
        this.recorder = recorder;
        this.metrics = metrics;
        this.channel = new Channel(identity, metrics, next, run);
        this.news = new News(identity, stream, guard, channel, updates, metrics);
        this.pump = new Pump(identity, stream, guard, channel, news, recorder, onlookers, metrics);
        this.steering = new Steering(identity, stream, input != null, guard, channel, news, updates, pump);
        stream.onEvent(news::heard);
        if (paused) {
            try (var held = guard.take()) {
                pump.pause(true);
                pump.still();
            }
        }
    }

    /** @param marked whether every frame is marked visibly as generated */
    void start(boolean marked) {
        pump.start(marked);
    }

    Identity identity() {
        return identity;
    }

    Recorder recorder() {
        return recorder;
    }

    Onlookers onlookers() {
        return onlookers;
    }

    /** What its client may ask of it. */
    Steering steering() {
        return steering;
    }

    // ------------------------------------------------------------------ who watches

    /**
     * Connects a client; one that was connected is told that it was taken over. A new run begins.
     *
     * @param greeting sent first
     * @param lastRun of the last frame that was shown, or -1 for none
     */
    void attach(Channel.Outlet to, Supplier<ObjectNode> greeting, long lastRun, long lastFrame) {
        try (var held = guard.take()) {
            channel.end(LiveError.fatal("taken_over", "this session goes on in another connection"));
            channel.close();
            List<Recorder.Sent> missed = lastRun == channel.run() ? recorder.after(lastRun, lastFrame) : List.of();
            pump.again(missed);
            updates.moved();
            channel.open(to, missed.isEmpty() ? channel.next() : missed.getFirst().number());
            channel.tell(greeting.get());
            if (!pump.paused()) {
                pump.goOn();
            }
            guard.changed();
        }
    }

    /** A connection is gone; nothing happens when another one has taken its place. */
    void detach(Outbox box) {
        try (var held = guard.take()) {
            if (channel.leadsTo(box)) {
                channel.close();
                pump.still();
            }
        }
    }

    /** Since when nobody is connected, on the clock of {@link System#nanoTime}; 0 while somebody is. */
    long awaySince() {
        try (var held = guard.take()) {
            return channel.awaySince();
        }
    }

    /** There may be room in the outbox again. */
    void nudge() {
        try (var held = guard.take()) {
            guard.changed();
        }
    }

    /** The client shows a frame. */
    void shown(long ofRun, long frame) {
        try (var held = guard.take()) {
            if (ofRun != channel.run()) {
                return;
            }
            channel.shown(frame);
            long now = System.nanoTime();
            updates.seen(Math.min(frame, channel.next() - 1)).forEach(u -> metrics.updateVisible(now - u.askedNanos()));
            guard.changed();
        }
    }

    // ------------------------------------------------------------------ input

    boolean follows() {
        return input != null;
    }

    /** Hands over an input frame of the model's size. */
    void push(Frame frame) {
        if (input == null) {
            throw LiveError.of("wrong_state", "this session follows no input: start one with \"input\"");
        }
        if (!input.push(frame)) {
            metrics.dropped("input", 1);
            try (var held = guard.take()) {
                news.inputDropped();
            }
        }
    }

    void endInput() {
        if (input == null) {
            throw LiveError.of("wrong_state", "this session follows no input: there is none to end");
        }
        input.end();
    }

    // ------------------------------------------------------------------ what it is like

    /** What would be told of it now. */
    void describe(ObjectNode message) {
        try (var held = guard.take()) {
            Double strength = stream.timeline().strength();
            message.put("prompt", promptAt(channel.next())).put("run", channel.run()).put("frame", channel.next())
                    .put("follows_input", input != null)
                    .put("strength", input == null ? null : strength == null ? (Double) Timeline.STRENGTH : strength)
                    .put("state", pump.state());
        }
    }

    String stateName() {
        try (var held = guard.take()) {
            return channel.connected() ? pump.state() : "away";
        }
    }

    /** The document of what was played so far. */
    String timeline() {
        return stream.timeline().toJson();
    }

    String promptAt(long frame) {
        return news.promptAt(frame);
    }

    /** Number of the frame that the stream gives next. */
    long next() {
        try (var held = guard.take()) {
            return pump.next();
        }
    }

    int run() {
        try (var held = guard.take()) {
            return channel.run();
        }
    }

    long frames() {
        try (var held = guard.take()) {
            return channel.frames();
        }
    }

    /**
     * Counts frames that were sent and not counted yet, if they are at least so many. They are counted once {@code book} has returned; one at a
     * time, and sending goes on meanwhile.
     *
     * @return whether there were so many
     */
    boolean count(double least, LongConsumer book) {
        synchronized (counting) {
            long sent = frames() - counted;
            if (sent < least) {
                return false;
            }
            book.accept(sent);
            counted += sent;
            return true;
        }
    }

    boolean paused() {
        try (var held = guard.take()) {
            return pump.paused();
        }
    }

    /** Whether it cannot go on. */
    boolean broken() {
        return pump.broken();
    }

    /** Frees the stream; waits for the block that is being made. */
    @Override
    public void close() {
        try (var held = guard.take()) {
            pump.close();
            channel.close();
        }
        onlookers.close();
        stream.close();
        if (input != null) {
            input.close();
        }
    }
}
