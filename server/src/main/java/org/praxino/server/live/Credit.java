package org.praxino.server.live;

import java.util.TreeMap;

/**
 * How far a session may send: so many frames beyond the one that is on the screen, and no faster than some rate. Under the session's lock.
 */
final class Credit {
    private static final long FOREVER = Long.MAX_VALUE;

    private final int buffer;
    private final double perSecond;
    private final TreeMap<Long, Long> sentAt = new TreeMap<>();
    private long next;
    private long shown;
    private long paceAt;
    private long stuckSince;
    private double lagMillis = Double.NaN;

    /** @param buffer frames that may be sent and not shown @param perSecond the most frames of a second @param next number of the first frame */
    Credit(int buffer, double perSecond, long next) {
        this.buffer = buffer;
        this.perSecond = perSecond;
        restart(next);
    }

    /** Another run: nothing of it is sent yet. */
    void restart(long first) {
        next = first;
        shown = first - 1;
        stuckSince = 0;
        sentAt.clear();
    }

    /** Number of the frame that comes next. */
    long next() {
        return next;
    }

    /** How long a frame must wait: 0 for not at all, for ever until more is shown. */
    long waitNanos(long frame) {
        long now = System.nanoTime();
        if (frame > shown + buffer) {
            stuckSince = stuckSince == 0 ? now : stuckSince;
            return FOREVER;
        }
        stuckSince = 0;
        long step = (long) (1e9 / perSecond);
        paceAt = Math.max(paceAt, now - buffer * step);
        return Math.max(0, paceAt - now);
    }

    /** Whether the client has shown nothing for so long that nothing could be sent. */
    boolean stuckFor(long nanos) {
        return stuckSince != 0 && System.nanoTime() - stuckSince >= nanos;
    }

    void sent(long frame) {
        paceAt += (long) (1e9 / perSecond);
        sentAt.put(frame, System.nanoTime());
        next = frame + 1;
    }

    /** A frame is on the screen. @return nanoseconds since it was sent, NaN when it was shown before or is unknown */
    double shown(long frame) {
        long now = System.nanoTime();
        long reached = Math.min(frame, next - 1);
        if (reached <= shown) {
            return Double.NaN;
        }
        shown = reached;
        Long sent = sentAt.get(reached);
        sentAt.headMap(reached, true).clear();
        if (sent == null) {
            return Double.NaN;
        }
        lagMillis = (now - sent) / 1e6;
        return now - sent;
    }

    /** Display lag of the last frame that was shown; null before. */
    @org.jspecify.annotations.Nullable Double lagMillis() {
        return Double.isNaN(lagMillis) ? null : (Double) lagMillis;
    }
}
