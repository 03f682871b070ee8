package org.praxino.server.live;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;

/** Those who look on at a session. Each has a second or two of frames waiting; one that is slower misses frames. For any threads. */
final class Onlookers implements AutoCloseable {
    private static final int WAITING = 32;

    /** A frame and how many were sent before it since this one began to look. */
    record Seen(long index, Frame frame) {}

    /** One who looks on. */
    final class Onlooker implements AutoCloseable {
        private final ArrayBlockingQueue<Seen> queue = new ArrayBlockingQueue<>(WAITING);
        private volatile boolean over;
        private long index;

        /** The next frame; null when none came in a while. */
        @Nullable Seen next(long millis) throws InterruptedException {
            return queue.poll(millis, TimeUnit.MILLISECONDS);
        }

        boolean over() {
            return over && queue.isEmpty();
        }

        @Override
        public void close() {
            all.remove(this);
        }
    }

    private final List<Onlooker> all = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    Onlooker join() {
        var one = new Onlooker();
        one.over = closed;
        all.add(one);
        return one;
    }

    /** By one thread. @return how many missed it */
    int frame(Frame frame) {
        int missed = 0;
        for (Onlooker one : all) {
            missed += one.queue.offer(new Seen(one.index++, frame)) ? 0 : 1;
        }
        return missed;
    }

    @Override
    public void close() {
        closed = true;
        all.forEach(one -> one.over = true);
    }
}
