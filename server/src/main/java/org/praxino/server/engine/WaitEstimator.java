package org.praxino.server.engine;

import java.util.OptionalDouble;

/** Estimates waiting times from the duration of recent jobs. Thread-safe. */
public final class WaitEstimator {
    /** Weight of the latest job. */
    private static final double SMOOTHING = 0.3;

    private double seconds = Double.NaN;

    synchronized void record(double lastSeconds) {
        seconds = Double.isNaN(seconds) ? lastSeconds : seconds + SMOOTHING * (lastSeconds - seconds);
    }

    /** Seconds until a job at this queue position starts; empty before the first job has ended. */
    public synchronized OptionalDouble secondsUntil(int position) {
        return Double.isNaN(seconds) ? OptionalDouble.empty() : OptionalDouble.of(position * seconds);
    }
}
