package org.praxino.server.live;

import java.util.TreeMap;

/** Flow control: limits the frames sent beyond the displayed one, and the sending rate. Guarded by the session's lock. */
final class FlowControl {
    private static final long FOREVER = Long.MAX_VALUE;

    private final int buffer;
    private final double perSecond;
    private final TreeMap<Long, Long> sentAt = new TreeMap<>();
    private long next;
    private long onShown;
    private long paceAt;
    private long stalledSince;
    private double lagMillis = Double.NaN;

    /** @param buffer frames that may be sent but not displayed @param perSecond maximum frames per second @param next number of the first frame */
    FlowControl(int buffer, double perSecond, long next) {
        this.buffer = buffer;
        this.perSecond = perSecond;
        restart(next);
    }

    /** Begins a new run. */
    void restart(long first) {
        next = first;
        onShown = first - 1;
        stalledSince = 0;
        sentAt.clear();
    }

    /** Number of the next frame. */
    long next() {
        return next;
    }

    /** How long a frame must wait: 0 for not at all, {@link #FOREVER} until more frames are displayed. */
    long waitNanos(long frame) {
        long now = System.nanoTime();
        if (frame > onShown + buffer) {
            stalledSince = stalledSince == 0 ? now : stalledSince;
            return FOREVER;
        }
        stalledSince = 0;
        long step = (long) (1e9 / perSecond);
        paceAt = Math.max(paceAt, now - buffer * step);
        return Math.max(0, paceAt - now);
    }

    /** Whether sending has been blocked for at least {@code nanos}. */
    boolean isStalledFor(long nanos) {
        return stalledSince != 0 && System.nanoTime() - stalledSince >= nanos;
    }

    void onSent(long frame) {
        paceAt += (long) (1e9 / perSecond);
        sentAt.put(frame, System.nanoTime());
        next = frame + 1;
    }

    /** A frame was displayed. @return nanoseconds since it was sent, NaN if unknown or displayed before */
    double onShown(long frame) {
        long now = System.nanoTime();
        long reached = Math.min(frame, next - 1);
        if (reached <= onShown) {
            return Double.NaN;
        }
        onShown = reached;
        Long sent = sentAt.get(reached);
        sentAt.headMap(reached, true).clear();
        if (sent == null) {
            return Double.NaN;
        }
        lagMillis = (now - sent) / 1e6;
        return now - sent;
    }

    /** Display lag of the last displayed frame, or null. */
    @org.jspecify.annotations.Nullable Double lagMillis() {
        return Double.isNaN(lagMillis) ? null : (Double) lagMillis;
    }
}
