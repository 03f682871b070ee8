package org.praxino.stream;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;

/**
 * Frames to one subscriber, never more than it asked for, never two at once (Reactive Streams 1.0.4, section 1 and 3). It has no thread of
 * its own: a virtual one is started when there are frames that were asked for, and ends when there are none.
 */
final class FrameSubscription implements Flow.Subscription {
    private final StreamSession session;
    private final FrameQueue queue;
    private final Flow.Subscriber<? super Frame> subscriber;
    private final AtomicLong wanted = new AtomicLong();
    private final AtomicInteger turns = new AtomicInteger();
    private volatile boolean over;
    private volatile @Nullable RuntimeException wrong; // what was asked

    FrameSubscription(StreamSession session, FrameQueue queue, Flow.Subscriber<? super Frame> subscriber) {
        this.session = session;
        this.queue = queue;
        this.subscriber = subscriber;
    }

    void begin() {
        turns.incrementAndGet(); // no frame before onSubscribe has returned
        subscriber.onSubscribe(this);
        queue.onArrival(this::drain);
        Thread.startVirtualThread(() -> serve(1));
    }

    /** Tells a subscriber that it cannot have frames. */
    static void refuse(Flow.Subscriber<?> subscriber, RuntimeException why) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(why);
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            wrong = new IllegalArgumentException("request(" + n + "): ask for at least one frame (section 3.9)");
        } else {
            wanted.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
        }
        drain();
    }

    @Override
    public void cancel() {
        over = true;
        Thread.startVirtualThread(session::close); // whoever cancels is not made to wait for the block being made
    }

    private void drain() {
        if (!over && turns.getAndIncrement() == 0) {
            Thread.startVirtualThread(() -> serve(1));
        }
    }

    private void serve(int begun) {
        int seen = begun;
        do {
            try {
                hand();
            } catch (Throwable t) { // a subscriber that throws has cancelled (section 2.13)
                over = true;
                session.close();
            }
            seen = turns.addAndGet(-seen);
        } while (seen != 0);
    }

    private void hand() {
        while (!over && wrong == null && wanted.get() > 0) {
            StreamedFrame frame = queue.poll();
            if (frame == null) {
                break;
            }
            if (wanted.get() != Long.MAX_VALUE) {
                wanted.decrementAndGet();
            }
            subscriber.onNext(frame.frame());
        }
        RuntimeException asked = wrong;
        if (!over && (asked != null || queue.done())) {
            over = true;
            Throwable reason = asked != null ? asked : queue.failure();
            session.close();
            if (reason != null) {
                subscriber.onError(reason);
            } else {
                subscriber.onComplete();
            }
        }
    }
}
