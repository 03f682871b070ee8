package org.praxino.server.engine;

import java.util.OptionalDouble;

/** How long a job takes, by those before it. Used from any thread. */
public final class Estimates {
    /** Weight of the latest job. */
    private static final double NEW = 0.3;

    private double seconds = Double.NaN;

    synchronized void took(double lastSeconds) {
        seconds = Double.isNaN(seconds) ? lastSeconds : seconds + NEW * (lastSeconds - seconds);
    }

    /** Seconds until a job at this place in the queue is begun; empty before the first job has ended. */
    public synchronized OptionalDouble until(int place) {
        return Double.isNaN(seconds) ? OptionalDouble.empty() : OptionalDouble.of(place * seconds);
    }
}
