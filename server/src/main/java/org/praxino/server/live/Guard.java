package org.praxino.server.live;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The one lock of everything that changes in a session, and the word that something did. It orders what is sent, too. */
final class Guard {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** The lock, until it is closed. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    Held take() {
        lock.lock();
        return lock::unlock;
    }

    /** Wakes who {@linkplain #await waits}; under the lock. */
    void changed() {
        changed.signalAll();
    }

    /** Waits for a change; under the lock, which is free meanwhile. */
    void await() throws InterruptedException {
        changed.await();
    }

    /** Waits no longer than so many nanoseconds. */
    void await(long nanos) throws InterruptedException {
        changed.awaitNanos(nanos);
    }
}
