package org.praxino.stream;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.stream.engine.FrameQueue;
import org.praxino.tensor.RequestedAt;
import org.praxino.tensor.UserException;

/**
 * The frames of a {@link StreamSession} as they are generated, for one consumer: iterate over it, or subscribe to it. Frames are made as
 * they are taken, at most a second ahead. Safe on virtual threads: waiting for a frame blocks only the caller.
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
        ITERATED,
        SUBSCRIBED
    }

    private final StreamSession session;
    private final FrameQueue queue;
    private final AtomicReference<@Nullable Use> use = new AtomicReference<>();

    VideoStream(StreamSession session, FrameQueue queue) {
        this.session = session;
        this.queue = queue;
    }

    /** The session that controls this stream. */
    public StreamSession session() {
        return session;
    }

    /** This stream itself: frames can be iterated once. */
    @Override
    public Iterator<Frame> iterator() {
        return this;
    }

    /**
     * Waits for the next frame. Returns false at the end and after closing.
     *
     * @throws CancellationException when interrupted
     * @throws RuntimeException if the stream failed, after its last frame
     */
    @Override
    public boolean hasNext() {
        claim(Use.ITERATED);
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
            case Error e -> {
                e.addSuppressed(new RequestedAt());
                throw e;
            }
            case Throwable e -> throw new IllegalStateException("the stream broke: " + e.getMessage(), e);
        }
    }

    /**
     * Waits for the next frame or the end, but not longer than {@code time}.
     *
     * @return whether {@link #hasNext} answers at once
     * @throws CancellationException when interrupted
     */
    public boolean isReadyWithin(Duration time) {
        claim(Use.ITERATED);
        try {
            return queue.await(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a frame");
        }
    }

    @Override
    public Frame next() {
        return nextStreamed().frame();
    }

    /** The next frame with its position. */
    public StreamedFrame nextStreamed() {
        while (hasNext()) {
            StreamedFrame frame = queue.poll();
            if (frame != null) { // it may have been dropped by a prompt change
                return frame;
            }
        }
        throw new NoSuchElementException("the stream has no more frames");
    }

    /** Returns the next frame without removing it, or null if none is available. */
    public @Nullable StreamedFrame peek() {
        claim(Use.ITERATED);
        return queue.peek();
    }

    /** Removes and returns the next frame, or null if none is available. */
    public @Nullable StreamedFrame poll() {
        claim(Use.ITERATED);
        return queue.poll();
    }

    /**
     * Delivers frames as requested, one at a time, on a virtual thread. Cancelling closes the stream, and so does its end. A second
     * subscriber gets an error.
     */
    @Override
    public void subscribe(Flow.Subscriber<? super Frame> subscriber) {
        if (use.compareAndSet(null, Use.SUBSCRIBED)) {
            new FrameSubscription(session, queue, subscriber).start();
        } else {
            FrameSubscription.reject(subscriber, new IllegalStateException("this stream already has a consumer: fork it for another one"));
        }
    }

    private void claim(Use wanted) {
        if (!use.compareAndSet(null, wanted) && use.get() != wanted) {
            throw new IllegalStateException("this stream already has another consumer: fork it to read it twice");
        }
    }

    /** Closes the session. */
    @Override
    public void close() {
        session.close();
    }
}
