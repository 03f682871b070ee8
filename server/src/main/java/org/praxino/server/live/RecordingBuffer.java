package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.praxino.media.Frame;

/** A ring buffer of recently sent frames, bounded in bytes and time. Thread-safe. */
final class RecordingBuffer {
    static final long MAX_BYTES = 32L << 20;
    static final int MAX_SECONDS = 60;

    /** A frame as sent. */
    record SentFrame(int run, long number, long block, boolean last, Frame frame) {}

    private final Deque<SentFrame> frames = new ArrayDeque<>();
    private final double fps;
    private long bytes;

    RecordingBuffer(double fps) {
        this.fps = fps;
    }

    synchronized void add(SentFrame sent) {
        frames.add(sent);
        bytes += sent.frame.data().length;
        while (bytes > MAX_BYTES && frames.size() > 1 || frames.size() > MAX_SECONDS * fps) {
            bytes -= frames.remove().frame.data().length;
        }
    }

    /** The last seconds, or all for 0. */
    synchronized List<Frame> last(double seconds) {
        int count = seconds <= 0 ? frames.size() : (int) Math.min(frames.size(), Math.max(1, Math.round(seconds * fps)));
        return frames.stream().skip(frames.size() - count).map(SentFrame::frame).toList();
    }

    /** Frames sent in a run after a given frame, which a disconnected client may have missed. */
    synchronized List<SentFrame> after(long run, long frame) {
        var missed = new ArrayList<SentFrame>();
        for (SentFrame s : frames) {
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
