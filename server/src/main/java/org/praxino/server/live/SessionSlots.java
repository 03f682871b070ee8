package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** Limits the number of concurrent sessions; further clients wait in a queue. Thread-safe. */
final class SessionSlots {
    /** A waiting client; called outside of any lock. */
    interface Waiter {
        /** @param position in the queue, from 1 @param seconds estimated waiting time */
        void onQueued(int position, OptionalDouble seconds);

        void onSlot();
    }

    private final int capacity;
    private final Deque<Waiter> queue = new ArrayDeque<>();
    private final SlotWaitEstimator estimator;
    private int inUse;

    /** @param nanos the clock */
    SessionSlots(int capacity, LongSupplier nanos) {
        this.capacity = capacity;
        this.estimator = new SlotWaitEstimator(nanos);
    }

    /** Requests a slot. Calls {@link Waiter#onSlot} at once or later, unless the request is {@linkplain #cancel cancelled}. */
    void request(Waiter waiter) {
        int position;
        OptionalDouble seconds;
        synchronized (this) {
            if (tryAcquire()) {
                position = 0;
            } else {
                queue.add(waiter);
                position = queue.size();
            }
            seconds = estimator.secondsUntil(position);
        }
        if (position == 0) {
            waiter.onSlot();
        } else {
            waiter.onQueued(position, seconds);
        }
    }

    /** Acquires a slot if one is free and no client waits. */
    synchronized boolean tryAcquire() {
        boolean free = inUse < capacity && queue.isEmpty();
        if (free) {
            inUse++;
            estimator.onAcquired();
        }
        return free;
    }

    /** Cancels a request. @return false if it was not queued */
    boolean cancel(Waiter waiter) {
        boolean queued;
        synchronized (this) {
            queued = queue.remove(waiter);
        }
        if (queued) {
            notifyWaiters();
        }
        return queued;
    }

    /** Releases the slot of a session. */
    void release() {
        release(true);
    }

    /** Releases a slot that was not used, which does not count for estimates. */
    void releaseUnused() {
        release(false);
    }

    private void release(boolean used) {
        Waiter next;
        synchronized (this) {
            if (used) {
                estimator.onReleased();
            } else {
                estimator.onUnused();
            }
            next = queue.poll();
            if (next == null) {
                inUse--;
            } else {
                estimator.onAcquired();
            }
        }
        if (next != null) {
            next.onSlot();
            notifyWaiters();
        }
    }

    private void notifyWaiters() {
        List<Waiter> all;
        var seconds = new ArrayList<OptionalDouble>();
        synchronized (this) {
            all = new ArrayList<>(queue);
            for (int i = 0; i < all.size(); i++) {
                seconds.add(estimator.secondsUntil(i + 1));
            }
        }
        for (int i = 0; i < all.size(); i++) {
            all.get(i).onQueued(i + 1, seconds.get(i));
        }
    }

    synchronized int waiting() {
        return queue.size();
    }
}
