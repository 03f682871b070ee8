package org.praxino.server;

import java.util.concurrent.Semaphore;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.Phase;

/** Holds a model's work between two steps until it is let go. */
public final class Gate implements GenerationListener {
    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore mayGo = new Semaphore(0);

    @Override
    public void update(long done, long total, Phase phase) {
        arrived.release();
        mayGo.acquireUninterruptibly();
    }

    /** Waits until the work stands at a step. */
    public void arrived() throws InterruptedException {
        arrived.acquire();
    }

    /** Lets it do so many steps. */
    public void go(int steps) {
        mayGo.release(steps);
    }

    /** Holds nothing any more. */
    public void open() {
        mayGo.release(1 << 20);
    }
}
