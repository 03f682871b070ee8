package org.praxino.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Frame;
import org.praxino.tensor.UserException;

/**
 * A source whose frames the caller pushes, for example from a camera. Buffers at most one second: if the camera is faster than the model,
 * frames are dropped. Thread-safe.
 */
public final class PushedFrames implements VideoSource {
    private final ModelInfo.ClipSize size;
    private final int capacity;
    private final Deque<Frame> frames = new ArrayDeque<>();
    private boolean ended;
    private @Nullable Runnable listener;

    PushedFrames(ModelInfo.ClipSize size) {
        this.size = size;
        this.capacity = Math.max(8, (int) Math.ceil(size.fps()));
    }

    /**
     * Pushes a frame of the model's size with three channels.
     *
     * @return false if the frame was dropped because the buffer is full or the stream is closed
     */
    public boolean push(Frame frame) {
        if (frame.width() != size.width() || frame.height() != size.height() || frame.channels() != 3) {
            throw new UserException("a pushed frame is " + frame.width() + "x" + frame.height() + " with " + frame.channels()
                    + " channels: this stream takes " + size.width() + "x" + size.height() + " with 3");
        }
        synchronized (this) {
            if (ended || frames.size() >= capacity) {
                return false;
            }
            frames.add(frame);
        }
        notifyListener();
        return true;
    }

    /** Ends the source: the stream ends after its last frame. */
    public void end() {
        synchronized (this) {
            ended = true;
        }
        notifyListener();
    }

    private void notifyListener() {
        Runnable current;
        synchronized (this) {
            current = listener;
        }
        if (current != null) {
            current.run();
        }
    }

    @Override
    public synchronized boolean isReady(int count) {
        return ended || frames.size() >= count;
    }

    @Override
    public synchronized void read(int count, List<Frame> into) {
        for (int i = 0; i < count && !frames.isEmpty(); i++) {
            into.add(frames.remove());
        }
    }

    @Override
    public synchronized void onFramesAvailable(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public synchronized void close() {
        ended = true;
        frames.clear();
    }
}
