package org.praxino.stream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Tells listeners, once, when a stream has waited long for its source. */
final class StallWatch {
    /** Without a frame of the source for so long. */
    private static final double SECONDS = 5;

    private final Desk desk;
    private volatile long since; // 0 while nothing is waited for

    StallWatch(Desk desk) {
        this.desk = desk;
    }

    /** The source has nothing now; said again and again. */
    void waiting() {
        if (since != 0) {
            return;
        }
        long begun = System.nanoTime();
        since = begun;
        CompletableFuture.delayedExecutor((long) (SECONDS * 1000), TimeUnit.MILLISECONDS).execute(() -> {
            if (since == begun && desk.state() == StreamState.RUNNING) {
                desk.tell(new StreamEvent.SourceStalled(SECONDS));
            }
        });
    }

    /** The source has given something. */
    void over() {
        since = 0;
    }
}
