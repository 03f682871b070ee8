package org.praxino.stream;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.tensor.UserException;

/**
 * The frames of a {@link StreamSession} as they are made, for one consumer: walk it, or subscribe to it. Frames are made as they are
 * taken, at most a second ahead. Safe on virtual threads: waiting for a frame holds up nobody else.
 *
 * <pre>{@code
 * try (var stream = model.stream(Timeline.of("a ferris wheel spinning"))) {
 *     for (Frame frame : stream) {
 *         show(frame);
 *     }
 * }
 * }</pre>
 */
public final class VideoStream implements Iterable<Frame>, Iterator<Frame>, Flow.Publisher<Frame>, AutoCloseable {
    private enum Use {
        WALKED,
        SUBSCRIBED
    }

    private final StreamSession session;
    private final FrameQueue queue;
    private final AtomicReference<@Nullable Use> use = new AtomicReference<>();

    VideoStream(StreamSession session, FrameQueue queue) {
        this.session = session;
        this.queue = queue;
    }

    /** What steers it. */
    public StreamSession session() {
        return session;
    }

    /** This stream itself: frames can be walked once. */
    @Override
    public Iterator<Frame> iterator() {
        return this;
    }

    /**
     * Waits for the next frame. False at the end, and once the stream is closed.
     *
     * @throws CancellationException when interrupted
     * @throws RuntimeException what broke the stream, after its last frame
     */
    @Override
    public boolean hasNext() {
        claim(Use.WALKED);
        try {
            if (queue.await()) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a frame");
        }
        switch (queue.failure()) {
            case null -> {
                return false;
            }
            case UserException e -> throw new UserException(e.getMessage(), e);
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("the stream broke: " + e.getMessage(), e);
        }
    }

    @Override
    public Frame next() {
        return nextStreamed().frame();
    }

    /** The next frame with its place. */
    public StreamedFrame nextStreamed() {
        while (hasNext()) {
            StreamedFrame frame = queue.poll();
            if (frame != null) { // it may have been dropped in between, for another prompt
                return frame;
            }
        }
        throw new NoSuchElementException("the stream has no more frames");
    }

    /** The next frame with its place, left where it is; null when there is none now. */
    public @Nullable StreamedFrame peek() {
        claim(Use.WALKED);
        return queue.peek();
    }

    /** The next frame with its place; null when there is none now. */
    public @Nullable StreamedFrame poll() {
        claim(Use.WALKED);
        return queue.poll();
    }

    /**
     * Hands out frames as they are asked for, each on a virtual thread, one after the other. Cancelling, and the end, close the stream.
     * A second subscriber gets an error.
     */
    @Override
    public void subscribe(Flow.Subscriber<? super Frame> subscriber) {
        if (use.compareAndSet(null, Use.SUBSCRIBED)) {
            new FrameSubscription(session, queue, subscriber).begin();
        } else {
            FrameSubscription.refuse(subscriber, new IllegalStateException("this stream has a consumer already: fork it for another one"));
        }
    }

    private void claim(Use wanted) {
        if (!use.compareAndSet(null, wanted) && use.get() != wanted) {
            throw new IllegalStateException("this stream has a subscriber, which gets its frames: fork it to walk it as well");
        }
    }

    /** Closes the session. */
    @Override
    public void close() {
        session.close();
    }
}
