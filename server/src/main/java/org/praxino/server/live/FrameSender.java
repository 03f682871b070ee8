package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.media.AiBadge;
import org.praxino.media.Frame;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.StreamSession;
import org.praxino.stream.StreamState;
import org.praxino.stream.StreamedFrame;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sender thread of a session: reads frames from its stream as flow control allows, and sends them. Idle without a client. All methods
 * but {@link #start} and {@link #hasFailed} require the session's lock.
 */
final class FrameSender {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final SessionProperties properties;
    private final StreamSession stream;
    private final SessionLock lock;
    private final ClientChannel channel;
    private final SessionEvents events;
    private final RecordingBuffer recording;
    private final ViewerQueues viewers;
    private final Metrics metrics;
    private final Deque<RecordingBuffer.SentFrame> resend = new ArrayDeque<>();
    private final Thread thread;
    private boolean badge;
    private boolean paused;
    private int pendingUpdates; // updates that may change the next block
    private int holds; // operations during which no frame may be read
    private boolean ended;
    private boolean closed;
    private volatile @Nullable Throwable failure;

    FrameSender(SessionProperties properties, StreamSession stream, SessionLock lock, ClientChannel channel, SessionEvents news,
            RecordingBuffer recording, ViewerQueues viewers, Metrics metrics) {
        this.properties = properties;
        this.stream = stream;
        this.lock = lock;
        this.channel = channel;
        this.events = news;
        this.recording = recording;
        this.viewers = viewers;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().daemon().name("praxino-live-" + properties.id()).unstarted(this::run);
    }

    /** @param withBadge whether every frame gets a visible badge */
    void start(boolean withBadge) {
        badge = withBadge;
        thread.start();
    }

    // ------------------------------------------------------------------ pausing

    boolean paused() {
        return paused;
    }

    void setPaused(boolean on) {
        paused = on;
        lock.signalChange();
    }

    /** An update was requested: no new block is sent until it is {@linkplain #updateAnswered answered}. */
    void updateRequested() {
        pendingUpdates++;
    }

    void updateAnswered() {
        pendingUpdates--;
        lock.signalChange();
    }

    /** Reads no frames until {@link #unhold}. */
    void hold() {
        holds++;
    }

    void unhold() {
        holds--;
        lock.signalChange();
    }

    /** Pauses generation until {@link #resumeStream}. */
    void pauseStream() {
        try {
            if (stream.state() == StreamState.RUNNING) {
                stream.pause();
            }
        } catch (UserException e) {
            // the stream has just ended
        }
    }

    void resumeStream() {
        try {
            if (stream.state() == StreamState.PAUSED) {
                stream.resume();
            }
        } catch (UserException e) {
            // the stream has just ended
        }
    }

    // ------------------------------------------------------------------ position

    /** Whether the client was notified of the end of the stream. */
    boolean ended() {
        return ended;
    }

    /** {@code running}, {@code paused} or {@code ended}. */
    String state() {
        return ended ? "ended" : paused ? "paused" : "running";
    }

    /** Sets frames to send again first. */
    void resend(List<RecordingBuffer.SentFrame> missed) {
        resend.clear();
        resend.addAll(missed);
    }

    /** Number of the stream's next frame. */
    long nextFrame() {
        return resend.isEmpty() ? channel.next() : resend.getLast().number() + 1;
    }

    /** The stream was rewound. */
    void onSeek() {
        ended = false;
        resend.clear();
    }

    void close() {
        closed = true;
        lock.signalChange();
    }

    // ------------------------------------------------------------------ the thread

    private void run() {
        try {
            while (true) {
                boolean more = hasResend() || stream.frames().hasNext();
                try (var handle = lock.lock()) {
                    if (closed) {
                        return;
                    }
                    if (!more && resend.isEmpty()) {
                        finish();
                        continue;
                    }
                    step();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable t) {
            fail(t);
        }
    }

    private boolean hasResend() {
        try (var handle = lock.lock()) {
            return !resend.isEmpty();
        }
    }

    /** At the end of the stream: notifies the client once and waits for a rewind. An ended stream is not paused, so it continues after a rewind. */
    private void finish() throws InterruptedException {
        if (stream.state() == StreamState.ENDED && !ended && channel.connected()) {
            ended = true;
            paused = false;
            channel.sendMessage(events.state("ended"));
        }
        lock.await(POLL_NANOS);
    }

    private void step() throws InterruptedException {
        RecordingBuffer.SentFrame old = resend.peek();
        StreamedFrame fresh = old == null ? stream.frames().peek() : null;
        if (old == null && fresh == null) {
            return;
        }
        if (holds > 0 || paused || !channel.hasRoom() || fresh != null && pendingUpdates > 0 && fresh.block() > channel.lastBlock()) {
            lock.await();
            return;
        }
        long wait = channel.waitNanos(old != null ? old.number() : Objects.requireNonNull(fresh).number());
        if (wait > 0) {
            lock.await(Math.min(wait, ClientChannel.STALL_NANOS));
            return;
        }
        if (old != null) {
            resend.remove();
            channel.resend(old);
        } else {
            StreamedFrame next = stream.frames().poll();
            if (next != null) {
                send(next);
            }
        }
    }

    private void send(StreamedFrame next) {
        events.beforeFrame(next);
        Frame shown = badge ? AiBadge.drawOn(next.frame()) : next.frame();
        var sent = new RecordingBuffer.SentFrame(channel.run(), next.number(), next.block(), next.last(), shown);
        channel.send(sent);
        recording.add(sent);
        metrics.dropped("onlooker", viewers.offer(shown));
        if (next.last()) {
            events.afterBlock(next.block());
        }
    }

    // ------------------------------------------------------------------ failure

    private void fail(Throwable t) {
        try (var handle = lock.lock()) {
            if (closed) {
                return;
            }
            failure = t;
            var error = LiveErrors.ofStream(t);
            if (error.code().equals("internal_error")) {
                LOG.error("live session {} broke", properties.id(), t);
            } else {
                LOG.warn("live session {} broke: {}", properties.id(), error.getMessage());
            }
            if (error.code().equals("out_of_memory")) {
                metrics.outOfMemory();
            }
            channel.closeWith(error);
        }
    }

    /** Whether the stream failed. */
    boolean hasFailed() {
        return failure != null;
    }
}
