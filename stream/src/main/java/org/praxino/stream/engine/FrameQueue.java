package org.praxino.stream.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.StreamedFrame;

/**
 * Decoded frames that the consumer has not read yet, in order. {@link #put} never blocks: the producer checks {@link #position} to limit
 * how far it runs ahead. Thread-safe.
 */
public final class FrameQueue {
    private final Deque<StreamedFrame> frames = new ArrayDeque<>();
    private final Runnable onTaken;
    private @Nullable Runnable availableListener;
    private long position;
    private boolean ended;
    private boolean closed;
    private @Nullable Throwable failure;

    /** @param position number of the first frame @param onTaken called after a frame is read */
    public FrameQueue(long position, Runnable onTaken) {
        this.position = position;
        this.onTaken = onTaken;
    }

    /** Sets the listener that is called when frames may be available, replacing the previous one. */
    public synchronized void onFramesAvailable(@Nullable Runnable listener) {
        availableListener = listener;
    }

    void put(List<StreamedFrame> more) {
        change(() -> {
            if (!closed) {
                frames.addAll(more);
            }
        });
    }

    /** Marks the end: no more frames will be added. */
    public void end() {
        change(() -> ended = true);
    }

    /** As {@link #end}, with an error reported after the last frame. */
    public void fail(Throwable reason) {
        change(() -> {
            failure = reason;
            ended = true;
        });
    }

    /** Drops all frames and wakes up waiting readers. */
    public void close() {
        change(() -> {
            frames.clear();
            closed = true;
            ended = true;
        });
    }

    private void change(Runnable what) {
        Runnable listener;
        synchronized (this) {
            what.run();
            notifyAll();
            listener = availableListener;
        }
        if (listener != null) {
            listener.run();
        }
    }

    /** Drops frames from {@code frame} on, which will be regenerated, and clears the end mark. */
    synchronized void dropFrom(long frame) {
        frames.removeIf(f -> f.number() >= frame);
        ended = closed;
    }

    /** Drops all frames, continues with {@code frame}, and clears the end mark. */
    synchronized void moveTo(long frame) {
        frames.clear();
        position = frame;
        ended = closed;
    }

    /** Number of the next frame to read. */
    public synchronized long position() {
        return position;
    }

    /** Number of frames available. */
    public synchronized int size() {
        return frames.size();
    }

    /** Removes and returns the next frame, or null if none is available. */
    public @Nullable StreamedFrame poll() {
        StreamedFrame next;
        synchronized (this) {
            next = frames.poll();
            if (next != null) {
                position = next.number() + 1;
            }
        }
        if (next != null) {
            onTaken.run();
        }
        return next;
    }

    /** The frame that {@link #poll} would return, or null. */
    public synchronized @Nullable StreamedFrame peek() {
        return frames.peek();
    }

    /** Waits for a frame. @return false at the end */
    public synchronized boolean await() throws InterruptedException {
        while (frames.isEmpty() && !ended) {
            wait();
        }
        return !frames.isEmpty();
    }

    /** Waits for a frame or the end. @return false after {@code time} without either */
    public synchronized boolean await(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); frames.isEmpty() && !ended && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !frames.isEmpty() || ended;
    }

    /** Whether all frames were read and the end was reached. */
    public synchronized boolean isDone() {
        return ended && frames.isEmpty();
    }

    /** Why it ended early, or null. */
    public synchronized @Nullable Throwable failure() {
        return failure;
    }
}
