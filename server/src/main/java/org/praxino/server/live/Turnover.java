package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * How long one waits in line, by how long places were held so far. Nobody knows when a session ends; so the rate at which places come free is taken
 * from the last of them: leavings over the time that all places together were held, those held now included (the maximum of likelihood of a constant
 * rate where some still last). It falls while nobody leaves. Not for several threads.
 */
final class Turnover {
    /** Fewer leavings say nothing. */
    static final int FEWEST = 3;

    /** What was long ago says nothing either. */
    static final int MOST = 20;

    private final LongSupplier nanos;
    private final Deque<Double> leavings = new ArrayDeque<>(); // time held by all until each of them
    private double before; // until the one before the first of them
    private double held;
    private int places;
    private long at;

    /** @param nanos the clock */
    Turnover(LongSupplier nanos) {
        this.nanos = nanos;
        this.at = nanos.getAsLong();
    }

    private void goOn() {
        long now = nanos.getAsLong();
        held += places * ((now - at) / 1e9);
        at = now;
    }

    void taken() {
        goOn();
        places++;
    }

    /** A place is free again that was not used: no leaving. */
    void givenBack() {
        goOn();
        places--;
    }

    void left() {
        givenBack();
        leavings.add(held);
        if (leavings.size() > MOST) {
            before = leavings.remove();
        }
    }

    /** Seconds until one at this position of the line has a place; empty while too little is known. @param position 1 for the next */
    OptionalDouble until(int position) {
        goOn();
        return leavings.size() < FEWEST || places == 0 ? OptionalDouble.empty()
                : OptionalDouble.of(position * (held - before) / leavings.size() / places);
    }
}
