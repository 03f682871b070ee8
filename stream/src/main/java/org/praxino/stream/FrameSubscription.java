package org.praxino.stream;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.stream.engine.FrameQueue;
import org.praxino.tensor.RequestedAt;

/**
 * Delivers frames to one subscriber, one at a time and only as requested (Reactive Streams 1.0.4, sections 1 and 3). Runs on a virtual
 * thread that is started on demand.
 */
final class FrameSubscription implements Flow.Subscription {
    private final StreamSession session;
    private final FrameQueue queue;
    private final Flow.Subscriber<? super Frame> subscriber;
    private final RequestedAt subscribed = new RequestedAt();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger pendingDrains = new AtomicInteger();
    private volatile boolean finished;
    private volatile @Nullable RuntimeException invalidRequest; // what was asked

    FrameSubscription(StreamSession session, FrameQueue queue, Flow.Subscriber<? super Frame> subscriber) {
        this.session = session;
        this.queue = queue;
        this.subscriber = subscriber;
    }

    void start() {
        pendingDrains.incrementAndGet(); // no frame before onSubscribe has returned
        subscriber.onSubscribe(this);
        queue.onFramesAvailable(this::drain);
        Thread.startVirtualThread(() -> drainLoop(1));
    }

    /** Rejects a subscriber. */
    static void reject(Flow.Subscriber<?> subscriber, RuntimeException reason) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(reason);
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            invalidRequest = new IllegalArgumentException("request(" + n + "): ask for at least one frame (section 3.9)");
        } else {
            requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
        }
        drain();
    }

    @Override
    public void cancel() {
        finished = true;
        Thread.startVirtualThread(session::close); // cancel() must not wait for the current block
    }

    private void drain() {
        if (!finished && pendingDrains.getAndIncrement() == 0) {
            Thread.startVirtualThread(() -> drainLoop(1));
        }
    }

    private void drainLoop(int drains) {
        int seen = drains;
        do {
            try {
                deliver();
            } catch (Throwable t) { // a subscriber that throws has cancelled (section 2.13)
                finished = true;
                session.close();
            }
            seen = pendingDrains.addAndGet(-seen);
        } while (seen != 0);
    }

    private void deliver() {
        while (!finished && invalidRequest == null && requested.get() > 0) {
            StreamedFrame frame = queue.poll();
            if (frame == null) {
                break;
            }
            if (requested.get() != Long.MAX_VALUE) {
                requested.decrementAndGet();
            }
            subscriber.onNext(frame.frame());
        }
        RuntimeException asked = invalidRequest;
        if (!finished && (asked != null || queue.isDone())) {
            finished = true;
            Throwable reason = asked != null ? asked : queue.failure();
            session.close();
            if (reason != null) {
                reason.addSuppressed(subscribed);
                subscriber.onError(reason);
            } else {
                subscriber.onComplete();
            }
        }
    }
}
