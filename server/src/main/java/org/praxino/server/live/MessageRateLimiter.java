package org.praxino.server.live;

/** A token bucket for messages. Not thread-safe. */
final class MessageRateLimiter {
    static final double PER_SECOND = 240;
    private static final double BURST = 480;

    private double tokens = BURST;
    private long updatedAt;

    /** @param now by {@link System#nanoTime} */
    MessageRateLimiter(long now) {
        this.updatedAt = now;
    }

    /** Counts a message. @return whether the rate limit is exceeded */
    boolean exceeded(long now) {
        tokens = Math.min(BURST, tokens + (now - updatedAt) / 1e9 * PER_SECOND) - 1;
        updatedAt = now;
        return tokens < 0;
    }
}
