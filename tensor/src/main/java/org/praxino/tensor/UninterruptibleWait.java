package org.praxino.tensor;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Waits for native work to finish even when interrupted, so that its results can be closed. */
public final class UninterruptibleWait {
    private UninterruptibleWait() {}

    /**
     * What {@code work} returned. The thread's mark of interruption is kept. What the work threw names the caller's line, too ({@link
     * RequestedAt}).
     *
     * @param onInterrupt asked each time the thread is interrupted meanwhile, to tell the work
     * @throws RuntimeException what the work threw; an {@link Error} likewise; a checked exception as the cause of an {@link IllegalStateException}
     */
    public static <T> T get(Future<T> work, Runnable onInterrupt) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return work.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    onInterrupt.run();
                } catch (ExecutionException e) {
                    throw rethrow(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** {@link #get(Future, Runnable)} of work that cannot be cancelled. */
    public static <T> T get(Future<T> work) {
        return get(work, () -> {});
    }

    private static RuntimeException rethrow(@Nullable Throwable cause) {
        if (cause != null) {
            cause.addSuppressed(new RequestedAt());
        }
        return switch (cause) {
            case RuntimeException r -> r;
            case Error e -> throw e;
            case null, default -> new IllegalStateException(cause);
        };
    }
}
