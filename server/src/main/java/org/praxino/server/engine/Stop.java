package org.praxino.server.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Whether the job in work is to stop, and why. */
final class Stop {
    enum Reason {
        /** The client does not want it any more. */
        CANCEL,
        /** The server goes down in good order: the job will be done after the next start. */
        SHUTDOWN
    }

    private final AtomicReference<@Nullable Reason> reason = new AtomicReference<>();

    void ask(Reason why) {
        reason.compareAndSet(null, why);
    }

    @Nullable Reason reason() {
        return reason.get();
    }

    void check() {
        if (reason.get() != null) {
            throw new CancellationException("stopped");
        }
    }
}
