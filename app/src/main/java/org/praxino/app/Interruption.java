package org.praxino.app;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether the user asked to stop (Ctrl-C or SIGTERM). Work looks at it between steps and unwinds in the ordinary way, so
 * that scopes close and temporary files go; the virtual machine waits for that before it ends.
 */
final class Interruption {
    /** Seconds that work may take to unwind: a training step, its checkpoint and the model made of it fit. */
    private static final long PATIENCE = 600;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean requested;

    /** One that nothing triggers but {@link #request()}. */
    static Interruption manual() {
        return new Interruption();
    }

    /** One that the process's stop signals trigger. */
    static Interruption onSignals() {
        var stop = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::unwind, "stop"));
        return stop;
    }

    boolean requested() {
        return requested;
    }

    void request() {
        requested = true;
        listeners.forEach(Runnable::run);
    }

    /** Runs {@code action}, on another thread, when a stop is asked for; at once when it was already. */
    void whenRequested(Runnable action) {
        listeners.add(action);
        if (requested) {
            action.run();
        }
    }

    /** @throws CancellationException when a stop was asked for */
    void check() {
        if (requested) {
            throw new CancellationException("stopped on request");
        }
    }

    /** Said by the main thread when nothing is left to unwind. */
    void finished() {
        finished.countDown();
    }

    private void unwind() {
        if (finished.getCount() == 0) {
            return; // the ordinary end of the program
        }
        request();
        try {
            if (!finished.await(PATIENCE, TimeUnit.SECONDS)) {
                System.err.println("praxino: did not stop within " + PATIENCE + " s; ended where it was.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
