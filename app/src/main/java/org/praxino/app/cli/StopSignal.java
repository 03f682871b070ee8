package org.praxino.app.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handles Ctrl-C and SIGTERM. Work polls it between steps and returns normally, so that resources are closed and temporary files deleted
 * before the JVM exits. Work that does not come to an end within seconds is ended where it is, unless it saves what it has first.
 */
public final class StopSignal {
    /** How long work may take to unwind. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** The same for a server, which hands back the job in work: longer than it waits for a step. */
    public static final Duration SERVER = Duration.ofSeconds(40);

    /** The same for training: a step, its checkpoint and the model made of it fit. */
    public static final Duration SAVING = Duration.ofMinutes(10);

    private final CountDownLatch finished = new CountDownLatch(1);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean isRequested;
    private volatile Duration patience = PATIENCE;

    /** One that nothing triggers but {@link #request()}. */
    public static StopSignal unregistered() {
        return new StopSignal();
    }

    /** One that the process's stop signals trigger. */
    public static StopSignal onSignals() {
        var stop = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::shutDown, "stop"));
        return stop;
    }

    public boolean isRequested() {
        return isRequested;
    }

    public void request() {
        isRequested = true;
        listeners.forEach(Runnable::run);
    }

    /** Runs {@code action}, on another thread, when a stop is asked for; at once when it was already. */
    public void whenRequested(Runnable action) {
        listeners.add(action);
        if (isRequested) {
            action.run();
        }
    }

    /** @throws CancellationException when a stop was asked for */
    public void check() {
        if (isRequested) {
            throw new CancellationException("stopped on request");
        }
    }

    /** Requests more time than other commands, because the command saves its work before it ends. */
    public void needs(Duration time) {
        patience = time;
    }

    /** Said by the main thread when nothing is left to unwind. */
    public void finished() {
        finished.countDown();
    }

    private void shutDown() {
        if (finished.getCount() == 0) {
            return; // the ordinary end of the program
        }
        request();
        try {
            if (!finished.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("praxino: did not stop within " + patience.toSeconds() + " s; ended where it was.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
