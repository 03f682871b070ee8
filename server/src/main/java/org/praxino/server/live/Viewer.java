package org.praxino.server.live;

import org.jspecify.annotations.Nullable;
import org.praxino.media.FragmentedMp4;

/** A viewer of a session: an endless fragmented MP4 of the frames sent from now on. Not thread-safe. */
public final class Viewer implements AutoCloseable {
    private static final long POLL_MILLIS = 500;

    /** Polls without a frame, as of a paused session, after which something is sent: a viewer that has gone is noticed by that only. */
    private static final int QUIET_POLLS = 10;

    /** Polls without a first frame after which a viewer is sent away: nothing can be sent to it before. */
    private static final int PATIENT_POLLS = 120;

    /** An empty box of type {@code free}, which players skip (ISO/IEC 14496-12, 8.1.2). */
    private static final byte[] FREE_BOX = {0, 0, 0, 8, 'f', 'r', 'e', 'e'};

    private final ViewerQueues.ViewerQueue queue;
    private final double fps;
    private @Nullable FragmentedMp4 mp4; // created with the first frame, which has the size

    private Viewer(ViewerQueues.ViewerQueue queue, double fps) {
        this.queue = queue;
        this.fps = fps;
    }

    static Viewer open(ViewerQueues.ViewerQueue queue, double fps) {
        return new Viewer(queue, fps);
    }

    /** Waits for the next chunk of the file; null at the end. */
    public byte @Nullable [] next() throws InterruptedException {
        for (int quiet = 1; ; quiet++) {
            ViewerQueues.IndexedFrame frame = queue.next(POLL_MILLIS);
            if (frame == null) {
                if (queue.ended() || mp4 == null && quiet >= PATIENT_POLLS) {
                    return null;
                }
                if (mp4 != null && quiet >= QUIET_POLLS) {
                    return FREE_BOX.clone();
                }
                continue;
            }
            if (mp4 != null) {
                return mp4.fragment(frame.frame(), frame.index()).bytes();
            }
            mp4 = FragmentedMp4.open(frame.frame().width(), frame.frame().height(), fps);
            byte[] beginning = mp4.initSegment();
            byte[] first = mp4.fragment(frame.frame(), frame.index()).bytes();
            var both = java.util.Arrays.copyOf(beginning, beginning.length + first.length);
            System.arraycopy(first, 0, both, beginning.length, first.length);
            return both;
        }
    }

    @Override
    public void close() {
        queue.close();
        if (mp4 != null) {
            mp4.close();
        }
    }
}
