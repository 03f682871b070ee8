package org.praxino.server.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Requests cancellation of a running job, with a reason. */
final class CancellationToken {
    enum Reason {
        /** The client cancelled the job. */
        CANCEL,
        /** The server is shutting down: the job runs again after the next start. */
        SHUTDOWN
    }

    private final AtomicReference<@Nullable Reason> reason = new AtomicReference<>();

    void cancel(Reason newReason) {
        reason.compareAndSet(null, newReason);
    }

    @Nullable Reason reason() {
        return reason.get();
    }

    void throwIfCancelled() {
        if (reason.get() != null) {
            throw new CancellationException("stopped");
        }
    }
}
