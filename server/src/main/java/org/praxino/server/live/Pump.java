package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Badge;
import org.praxino.media.Frame;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.StreamSession;
import org.praxino.stream.StreamState;
import org.praxino.stream.StreamedFrame;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a session: takes its stream's frames as far as nothing holds them back and the credit goes, and sends them. Without a client
 * nothing is taken. All but {@link #start} and {@link #broken} under the session's lock.
 */
final class Pump {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Identity identity;
    private final StreamSession stream;
    private final Guard guard;
    private final Channel channel;
    private final News news;
    private final Recorder recorder;
    private final Onlookers onlookers;
    private final Metrics metrics;
    private final Deque<Recorder.Sent> again = new ArrayDeque<>();
    private final Thread thread;
    private boolean badge;
    private boolean paused;
    private int asks; // updates that may change the next block
    private int held; // requests that nothing may be taken during
    private boolean ended;
    private boolean closed;
    private volatile @Nullable Throwable failure;

    Pump(Identity identity, StreamSession stream, Guard guard, Channel channel, News news, Recorder recorder, Onlookers onlookers, Metrics metrics) {
        this.identity = identity;
        this.stream = stream;
        this.guard = guard;
        this.channel = channel;
        this.news = news;
        this.recorder = recorder;
        this.onlookers = onlookers;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().daemon().name("praxino-live-" + identity.id()).unstarted(this::run);
    }

    /** @param marked whether every frame is marked visibly as generated */
    void start(boolean marked) {
        badge = marked;
        thread.start();
    }

    // ------------------------------------------------------------------ what holds frames back

    boolean paused() {
        return paused;
    }

    void pause(boolean on) {
        paused = on;
        guard.changed();
    }

    /** An update was asked for: no new block begins until it is {@linkplain #answered answered}. */
    void asked() {
        asks++;
    }

    void answered() {
        asks--;
        guard.changed();
    }

    /** No frame is taken until {@link #letGo}. */
    void hold() {
        held++;
    }

    void letGo() {
        held--;
        guard.changed();
    }

    /** Nothing is made ahead until it {@linkplain #goOn goes on}. */
    void still() {
        try {
            if (stream.state() == StreamState.RUNNING) {
                stream.pause();
            }
        } catch (UserException e) {
            // it has just ended
        }
    }

    void goOn() {
        try {
            if (stream.state() == StreamState.PAUSED) {
                stream.resume();
            }
        } catch (UserException e) {
            // it has just ended
        }
    }

    // ------------------------------------------------------------------ where it is

    /** Whether the client was told that the stream has no more frames. */
    boolean ended() {
        return ended;
    }

    /** {@code running}, {@code paused} or {@code ended}: never two of them. */
    String state() {
        return ended ? "ended" : paused ? "paused" : "running";
    }

    /** Frames that were sent and maybe not shown; they come first. */
    void again(List<Recorder.Sent> missed) {
        again.clear();
        again.addAll(missed);
    }

    /** Number of the frame that the stream gives next. */
    long next() {
        return again.isEmpty() ? channel.next() : again.getLast().number() + 1;
    }

    /** The stream was moved. */
    void moved() {
        ended = false;
        again.clear();
    }

    void close() {
        closed = true;
        guard.changed();
    }

    // ------------------------------------------------------------------ the thread

    private void run() {
        try {
            while (true) {
                boolean more = anyAgain() || stream.frames().hasNext();
                try (var lock = guard.take()) {
                    if (closed) {
                        return;
                    }
                    if (!more && again.isEmpty()) {
                        finish();
                        continue;
                    }
                    step();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable t) {
            broke(t);
        }
    }

    private boolean anyAgain() {
        try (var lock = guard.take()) {
            return !again.isEmpty();
        }
    }

    /** The stream has no more: says so once, and waits until it is moved. What has ended is not paused: when it is moved it goes on. */
    private void finish() throws InterruptedException {
        if (stream.state() == StreamState.ENDED && !ended && channel.connected()) {
            ended = true;
            paused = false;
            channel.tell(news.state("ended"));
        }
        guard.await(LOOK_NANOS);
    }

    private void step() throws InterruptedException {
        Recorder.Sent old = again.peek();
        StreamedFrame fresh = old == null ? stream.frames().peek() : null;
        if (old == null && fresh == null) {
            return;
        }
        if (held > 0 || paused || !channel.hasRoom() || fresh != null && asks > 0 && fresh.block() > channel.lastBlock()) {
            guard.await();
            return;
        }
        long wait = channel.waitNanos(old != null ? old.number() : fresh.number());
        if (wait > 0) {
            guard.await(Math.min(wait, Channel.FLOW_NANOS));
            return;
        }
        if (old != null) {
            again.remove();
            channel.sendAgain(old);
        } else {
            StreamedFrame next = stream.frames().poll();
            if (next != null) {
                send(next);
            }
        }
    }

    private void send(StreamedFrame next) {
        news.comes(next);
        Frame shown = badge ? Badge.on(next.frame()) : next.frame();
        var sent = new Recorder.Sent(channel.run(), next.number(), next.block(), next.last(), shown);
        channel.send(sent);
        recorder.add(sent);
        metrics.dropped("onlooker", onlookers.frame(shown));
        if (next.last()) {
            news.sent(next.block());
        }
    }

    // ------------------------------------------------------------------ when it breaks

    private void broke(Throwable t) {
        try (var lock = guard.take()) {
            if (closed) {
                return;
            }
            failure = t;
            var problem = Breaks.of(t);
            if (problem.code().equals("internal_error")) {
                LOG.error("live session {} broke", identity.id(), t);
            } else {
                LOG.warn("live session {} broke: {}", identity.id(), problem.getMessage());
            }
            if (problem.code().equals("out_of_memory")) {
                metrics.outOfMemory();
            }
            channel.end(problem);
        }
    }

    /** Whether it cannot go on. */
    boolean broken() {
        return failure != null;
    }
}
