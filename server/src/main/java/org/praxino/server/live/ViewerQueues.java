package org.praxino.server.live;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;

/** Bounded frame queues of a session's viewers. A slow viewer drops frames. Thread-safe. */
final class ViewerQueues implements AutoCloseable {
    private static final int QUEUE_FRAMES = 32;

    /** A frame and its index for this viewer. */
    record IndexedFrame(long index, Frame frame) {}

    /** The queue of one viewer. */
    final class ViewerQueue implements AutoCloseable {
        private final ArrayBlockingQueue<IndexedFrame> queue = new ArrayBlockingQueue<>(QUEUE_FRAMES);
        private volatile boolean ended;
        private long index;

        /** The next frame; null if none arrived within {@code millis}. */
        @Nullable IndexedFrame next(long millis) throws InterruptedException {
            return queue.poll(millis, TimeUnit.MILLISECONDS);
        }

        boolean ended() {
            return ended && queue.isEmpty();
        }

        @Override
        public void close() {
            all.remove(this);
        }
    }

    private final List<ViewerQueue> all = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    ViewerQueue join() {
        var one = new ViewerQueue();
        one.ended = closed;
        all.add(one);
        return one;
    }

    /** Offers a frame to all viewers. Called by one thread. @return number of viewers that dropped it */
    int offer(Frame frame) {
        int missed = 0;
        for (ViewerQueue one : all) {
            missed += one.queue.offer(new IndexedFrame(one.index++, frame)) ? 0 : 1;
        }
        return missed;
    }

    @Override
    public void close() {
        closed = true;
        all.forEach(one -> one.ended = true);
    }
}
