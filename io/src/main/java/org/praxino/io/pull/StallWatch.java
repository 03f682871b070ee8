package org.praxino.io.pull;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream from which nothing has come for too long, so that whoever waits for it wakes up. */
final class StallWatch implements AutoCloseable {
    private final Thread thread;
    private volatile long last = System.nanoTime();
    private volatile boolean fired;

    StallWatch(InputStream stream, Duration patience) {
        thread = Thread.ofVirtual().name("praxino-stall").start(() -> {
            try {
                while (System.nanoTime() - last < patience.toNanos()) {
                    Thread.sleep(Math.max(1, Math.min(1000, patience.toMillis() / 4)));
                }
                fired = true;
                stream.close();
            } catch (InterruptedException | IOException e) {
                // the transfer is over
            }
        });
    }

    /** Something has come. */
    void alive() {
        last = System.nanoTime();
    }

    boolean fired() {
        return fired;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
