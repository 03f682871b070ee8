package org.praxino.server.live;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The lock of a session's state, with a condition for changes. It also orders sent messages. */
final class SessionLock {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition signalChange = lock.newCondition();

    /** Releases the lock on close. */
    interface Handle extends AutoCloseable {
        @Override
        void close();
    }

    Handle lock() {
        lock.lock();
        return lock::unlock;
    }

    /** Wakes up {@linkplain #await waiters}. Requires the lock. */
    void signalChange() {
        signalChange.signalAll();
    }

    /** Waits for a change. Requires the lock, which is released meanwhile. */
    void await() throws InterruptedException {
        signalChange.await();
    }

    /** Waits for a change for at most {@code nanos}. */
    void await(long nanos) throws InterruptedException {
        signalChange.awaitNanos(nanos);
    }
}
