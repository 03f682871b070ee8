package org.praxino.stream.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamState;

/** Notifies listeners once when a stream has waited too long for its source. */
public final class SourceStallTimer {
    /** Time without a source frame. */
    private static final double STALL_SECONDS = 5;

    private final SessionRequests requests;
    private volatile long since; // 0 while nothing is waited for

    public SourceStallTimer(SessionRequests requests) {
        this.requests = requests;
    }

    /** The source has no frames now. May be called repeatedly. */
    public void start() {
        if (since != 0) {
            return;
        }
        long begun = System.nanoTime();
        since = begun;
        CompletableFuture.delayedExecutor((long) (STALL_SECONDS * 1000), TimeUnit.MILLISECONDS).execute(() -> {
            if (since == begun && requests.state() == StreamState.RUNNING) {
                requests.publish(new StreamEvent.SourceStalled(STALL_SECONDS));
            }
        });
    }

    /** The source has delivered frames. */
    public void cancel() {
        since = 0;
    }
}
