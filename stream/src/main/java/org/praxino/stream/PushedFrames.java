package org.praxino.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Frame;
import org.praxino.tensor.UserException;

/**
 * Frames that somebody pushes as they come. At most a second of them waits: a camera that is faster than the model loses frames and not
 * its place in time. For any threads.
 */
public final class PushedFrames implements VideoSource {
    private final ModelInfo.Size makes;
    private final int most;
    private final Deque<Frame> frames = new ArrayDeque<>();
    private boolean ended;
    private @Nullable Runnable told;

    PushedFrames(ModelInfo.Size makes) {
        this.makes = makes;
        this.most = Math.max(8, (int) Math.ceil(makes.fps()));
    }

    /**
     * Hands over a frame of the model's size with three channels.
     *
     * @return false when it was dropped because a second of frames is waiting already, or the stream is closed
     */
    public boolean push(Frame frame) {
        if (frame.width() != makes.width() || frame.height() != makes.height() || frame.channels() != 3) {
            throw new UserException("a pushed frame is " + frame.width() + "x" + frame.height() + " with " + frame.channels()
                    + " channels: this stream takes " + makes.width() + "x" + makes.height() + " with 3");
        }
        synchronized (this) {
            if (ended || frames.size() >= most) {
                return false;
            }
            frames.add(frame);
        }
        tell();
        return true;
    }

    /** No more frames will come: the stream ends with the last of them. */
    public void end() {
        synchronized (this) {
            ended = true;
        }
        tell();
    }

    private void tell() {
        Runnable who;
        synchronized (this) {
            who = told;
        }
        if (who != null) {
            who.run();
        }
    }

    @Override
    public synchronized boolean has(int count) {
        return ended || frames.size() >= count;
    }

    @Override
    public synchronized void take(int count, List<Frame> into) {
        for (int i = 0; i < count && !frames.isEmpty(); i++) {
            into.add(frames.remove());
        }
    }

    @Override
    public synchronized void onArrival(Runnable whom) {
        told = whom;
    }

    @Override
    public synchronized void close() {
        ended = true;
        frames.clear();
    }
}
