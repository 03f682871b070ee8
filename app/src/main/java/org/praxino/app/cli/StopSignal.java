package org.praxino.app.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * Handles Ctrl-C, SIGTERM and SIGHUP in one order. The first signal is answered at once on standard error; work polls {@link #isRequested}
 * between steps and returns normally, so that what a command promises to finish is finished. Only then does the JVM exit and delete
 * unfinished files. Work that takes longer than its patience is ended where it is, and a second signal ends it at once; unfinished files
 * are deleted in both cases.
 *
 * <p>Shutdown hooks alone could not keep this order: the JVM runs them side by side, and refuses new ones while it runs them.
 */
public final class StopSignal {
    /** How long work may take to unwind. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The same for a server, which returns the running job to the queue: longer than it waits for a step. */
    public static final Duration SERVER = Duration.ofSeconds(40);

    /** The same for training: a step, its checkpoint and the model made of it fit. */
    public static final Duration SAVING = Duration.ofMinutes(10);

    /** A process ended by a signal has this and the signal's number as its exit code (POSIX shells). */
    private static final int SIGNALLED = 128;

    private static final int SIGINT = 2;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Console console;
    private volatile boolean isRequested;
    private volatile Duration patience = PATIENCE;
    private volatile int signal = SIGINT;
    private int received; // signals

    private StopSignal(Console console) {
        this.console = console;
    }

    /** One that nothing triggers but {@link #request()}. */
    public static StopSignal unregistered() {
        return new StopSignal(Console.standard());
    }

    /** One that the process's stop signals trigger. Signals that the process was started to ignore, as by {@code nohup}, stay ignored. */
    public static StopSignal onSignals(Console console) {
        var stop = new StopSignal(console);
        for (String name : List.of("INT", "TERM", "HUP")) {
            try {
                Signal.handle(new Signal(name), s -> stop.received(s.getNumber()));
            } catch (IllegalArgumentException e) {
                // Windows has no HUP, and with -Xrs the JVM leaves all of them to the system.
            }
        }
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

    /** The exit code of a command that a signal broke off: 130 after Ctrl-C. */
    public int exitCode() {
        return SIGNALLED + signal;
    }

    /** On a thread of its own for every signal. */
    private void received(int number) {
        int count;
        synchronized (this) {
            count = ++received;
        }
        if (finished.getCount() == 0) {
            return; // the program is ending
        }
        if (count == 1) {
            signal = number;
            say("stopping …");
            request();
            awaitFinish();
        } else if (count == 2) {
            say("ended at once.");
            System.exit(exitCode());
        } else {
            Runtime.getRuntime().halt(exitCode());
        }
    }

    private void awaitFinish() {
        try {
            if (!finished.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                say("did not stop within " + patience.toSeconds() + " s; ended where it was.");
                System.exit(exitCode());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String what) {
        if (console.interactive()) {
            console.err().println(); // a progress line may be there
        }
        console.message(what);
    }
}
