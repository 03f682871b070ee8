package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.praxino.media.Frame;

/** The last frames that were sent, bounded in bytes and time. For any threads. */
final class Recorder {
    static final long MOST_BYTES = 32L << 20;
    static final int MOST_SECONDS = 60;

    /** A frame as it was sent. */
    record Sent(int run, long number, long block, boolean last, Frame frame) {}

    private final Deque<Sent> frames = new ArrayDeque<>();
    private final double fps;
    private long bytes;

    Recorder(double fps) {
        this.fps = fps;
    }

    synchronized void add(Sent sent) {
        frames.add(sent);
        bytes += sent.frame.data().length;
        while (bytes > MOST_BYTES && frames.size() > 1 || frames.size() > MOST_SECONDS * fps) {
            bytes -= frames.remove().frame.data().length;
        }
    }

    /** The last so many seconds, all for 0. */
    synchronized List<Frame> last(double seconds) {
        int count = seconds <= 0 ? frames.size() : (int) Math.min(frames.size(), Math.max(1, Math.round(seconds * fps)));
        return frames.stream().skip(frames.size() - count).map(Sent::frame).toList();
    }

    /** What was sent in a run after a frame: those that a client that was lost may have missed. */
    synchronized List<Sent> after(long run, long frame) {
        var missed = new ArrayList<Sent>();
        for (Sent s : frames) {
            if (s.run == run && s.number > frame) {
                missed.add(s);
            }
        }
        return missed;
    }

    synchronized boolean isEmpty() {
        return frames.isEmpty();
    }

    double fps() {
        return fps;
    }
}
