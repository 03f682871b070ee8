package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Estimates waiting times for a slot. The release rate is the number of recent releases divided by the total time that slots were in use,
 * including current use (the maximum likelihood estimate of a constant rate with censored data). Not thread-safe.
 */
final class SlotWaitEstimator {
    /** Minimum number of releases for an estimate. */
    static final int MIN_RELEASES = 3;

    /** Number of recent releases used. */
    static final int MAX_RELEASES = 20;

    private final LongSupplier nanos;
    private final Deque<Double> releases = new ArrayDeque<>(); // total time in use until each release
    private double before; // until the release before the first of them
    private double held;
    private int used;
    private long at;

    /** @param nanos the clock */
    SlotWaitEstimator(LongSupplier nanos) {
        this.nanos = nanos;
        this.at = nanos.getAsLong();
    }

    private void advance() {
        long now = nanos.getAsLong();
        held += used * ((now - at) / 1e9);
        at = now;
    }

    void onAcquired() {
        advance();
        used++;
    }

    /** A slot was released unused. */
    void onUnused() {
        advance();
        used--;
    }

    void onReleased() {
        onUnused();
        releases.add(held);
        if (releases.size() > MAX_RELEASES) {
            before = releases.remove();
        }
    }

    /** Estimated seconds until a queue position gets a slot; empty if there is too little data. @param position from 1 */
    OptionalDouble secondsUntil(int position) {
        advance();
        return releases.size() < MIN_RELEASES || used == 0 ? OptionalDouble.empty()
                : OptionalDouble.of(position * (held - before) / releases.size() / used);
    }
}
