package org.praxino.io.pull;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream that has delivered no data for too long, which unblocks its reader. */
final class StallTimeout implements AutoCloseable {
    private final Thread thread;
    private volatile long last = System.nanoTime();
    private volatile boolean hasFired;

    StallTimeout(InputStream stream, Duration patience) {
        thread = Thread.ofVirtual().name("praxino-stall").start(() -> {
            try {
                while (System.nanoTime() - last < patience.toNanos()) {
                    Thread.sleep(Math.max(1, Math.min(1000, patience.toMillis() / 4)));
                }
                hasFired = true;
                stream.close();
            } catch (InterruptedException | IOException e) {
                // the transfer is over
            }
        });
    }

    /** Records that data arrived. */
    void keepAlive() {
        last = System.nanoTime();
    }

    boolean hasFired() {
        return hasFired;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
