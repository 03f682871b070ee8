package org.praxino.tensor;

import org.jspecify.annotations.Nullable;

/**
 * Where a long computation yields to more urgent work: networks call {@link #reached} between two layers. It does nothing on a
 * thread without a {@link Handler}. {@link ParallelThreads} pass their caller's handler on; their threads yield together.
 */
public final class YieldPoint {
    /** Decides for one computation. */
    public interface Handler {
        /** Whether more urgent work waits. Asked between any two layers. */
        boolean wanted();

        /** Lets that work go first and returns after it. May throw, which ends the computation. */
        void yieldNow();
    }

    private static final ThreadLocal<@Nullable Handler> HANDLER = new ThreadLocal<>();

    private YieldPoint() {}

    /** Yields through {@code handler} on this thread until closed, on the same thread. */
    public static Grad.Guard handledBy(@Nullable Handler handler) {
        Handler before = HANDLER.get();
        set(handler);
        return () -> set(before);
    }

    private static void set(@Nullable Handler handler) {
        if (handler == null) {
            HANDLER.remove();
        } else {
            HANDLER.set(handler);
        }
    }

    static @Nullable Handler handler() {
        return HANDLER.get();
    }

    /** Lets more urgent work go first, if there is any. */
    public static void reached() {
        Handler handler = HANDLER.get();
        if (handler != null && handler.wanted()) {
            handler.yieldNow();
        }
    }
}
