package org.praxino.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames that are made and not yet taken, in order. Putting never waits: whoever makes frames looks at {@link #position} first and makes
 * no more than are wanted. For any threads.
 */
final class FrameQueue {
    private final Deque<StreamedFrame> frames = new ArrayDeque<>();
    private final Runnable taken;
    private @Nullable Runnable arrived;
    private long position;
    private boolean ended;
    private boolean closed;
    private @Nullable Throwable failure;

    /** @param position number of the first frame @param taken told after a frame was taken */
    FrameQueue(long position, Runnable taken) {
        this.position = position;
        this.taken = taken;
    }

    /** Whom to tell when there may be something to take; the one before is forgotten. */
    synchronized void onArrival(@Nullable Runnable told) {
        arrived = told;
    }

    void put(List<StreamedFrame> more) {
        change(() -> {
            if (!closed) {
                frames.addAll(more);
            }
        });
    }

    /** Nothing comes after what is there. */
    void end() {
        change(() -> ended = true);
    }

    /** As {@link #end}, with a reason that is told after the last frame. */
    void fail(Throwable reason) {
        change(() -> {
            failure = reason;
            ended = true;
        });
    }

    /** Drops everything; whoever waits goes home. */
    void close() {
        change(() -> {
            frames.clear();
            closed = true;
            ended = true;
        });
    }

    private void change(Runnable what) {
        Runnable told;
        synchronized (this) {
            what.run();
            notifyAll();
            told = arrived;
        }
        if (told != null) {
            told.run();
        }
    }

    /** Drops what is there from {@code frame} on, which will be made anew; an end is undone. */
    synchronized void dropFrom(long frame) {
        frames.removeIf(f -> f.number() >= frame);
        ended = closed;
    }

    /** Drops everything: {@code frame} comes next; an end is undone. */
    synchronized void moveTo(long frame) {
        frames.clear();
        position = frame;
        ended = closed;
    }

    /** Number of the frame that is taken next. */
    synchronized long position() {
        return position;
    }

    /** Frames that can be taken. */
    synchronized int size() {
        return frames.size();
    }

    /** The next frame, or null when there is none now. */
    @Nullable StreamedFrame poll() {
        StreamedFrame next;
        synchronized (this) {
            next = frames.poll();
            if (next != null) {
                position = next.number() + 1;
            }
        }
        if (next != null) {
            taken.run();
        }
        return next;
    }

    /** The frame that {@link #poll} would give now, or null. */
    synchronized @Nullable StreamedFrame peek() {
        return frames.peek();
    }

    /** Waits for a frame to take. @return false when none will come */
    synchronized boolean await() throws InterruptedException {
        while (frames.isEmpty() && !ended) {
            wait();
        }
        return !frames.isEmpty();
    }

    /** Whether nothing is left and nothing will come. */
    synchronized boolean done() {
        return ended && frames.isEmpty();
    }

    /** Why it ended early; null when it did not. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }
}
