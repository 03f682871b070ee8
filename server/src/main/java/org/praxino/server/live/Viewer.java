package org.praxino.server.live;

import org.jspecify.annotations.Nullable;
import org.praxino.media.FragmentedMp4;

/** A viewer of a session: an endless fragmented MP4 of the frames sent from now on. Not thread-safe. */
public final class Viewer implements AutoCloseable {
    private static final long POLL_MILLIS = 500;

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
        while (true) {
            ViewerQueues.IndexedFrame frame = queue.next(POLL_MILLIS);
            if (frame == null) {
                if (queue.ended()) {
                    return null;
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
