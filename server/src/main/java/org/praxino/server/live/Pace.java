package org.praxino.server.live;

/** So many messages a second on average, with room for a burst. Used from one thread. */
final class Pace {
    static final double A_SECOND = 240;
    private static final double BURST = 480;

    private double tokens = BURST;
    private long at;

    /** @param now by {@link System#nanoTime} */
    Pace(long now) {
        this.at = now;
    }

    /** Counts a message. @return whether it was one too many */
    boolean tooMany(long now) {
        tokens = Math.min(BURST, tokens + (now - at) / 1e9 * A_SECOND) - 1;
        at = now;
        return tokens < 0;
    }
}
