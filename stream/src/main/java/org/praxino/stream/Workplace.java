package org.praxino.stream;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.praxino.tensor.Backend;
import org.praxino.tensor.Uninterrupted;

/**
 * Where a model works: one thread for its streams and one for its clips, of which one computes at a time, one for decoding, and who is
 * using them.
 */
final class Workplace {
    private final ThreadGroup own = new ThreadGroup("praxino");
    private final DeviceTurns turns;
    private final EngineThread engine;
    private final ExecutorService clips = thread("praxino-clips");
    private final ExecutorService decoder = thread("praxino-decoder");
    private final Set<StreamSession.Watch> open = ConcurrentHashMap.newKeySet();

    Workplace(DeviceTurns turns) {
        this.turns = turns;
        this.engine = new EngineThread(own, turns);
        share();
    }

    /**
     * Half of the CPU's threads for making blocks and half for decoding them, which happens at the same time: two pieces of work that
     * each want every core wait for each other at every operation.
     */
    private void share() {
        int all = Backend.threads();
        if (all < 2) {
            return;
        }
        Callable<Boolean> half = () -> {
            Backend.takeThreads(makers(all));
            return true;
        };
        Uninterrupted.get(engine.submit(half));
        Uninterrupted.get(decoder.submit(half));
        Backend.setThreads(all);
    }

    /** Of {@code all} CPU threads those that make blocks. */
    static int makers(int all) {
        return Math.max(1, all / 2);
    }

    private ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(Thread.ofPlatform().group(own).daemon().name(name).factory());
    }

    EngineThread engine() {
        return engine;
    }

    /** Whole clips, one after the other; whoever works here takes turns. */
    ExecutorService clips() {
        return clips;
    }

    DeviceTurns turns() {
        return turns;
    }

    ExecutorService decoder() {
        return decoder;
    }

    /** Sessions that are not closed. */
    Set<StreamSession.Watch> open() {
        return open;
    }

    /** Waits until the engine has done what it was given so far; not on this model's own threads, which would wait for themselves. */
    void await() {
        if (Thread.currentThread().getThreadGroup() == own) {
            return;
        }
        try {
            Uninterrupted.get(engine.submit(() -> true));
        } catch (RejectedExecutionException e) {
            // shut down: everything is done
        }
    }

    /** Takes no more clips, and waits for those that were asked for. */
    void endClips() {
        clips.shutdown();
        boolean interrupted = false;
        while (!clips.isTerminated()) {
            try {
                clips.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void shutdown() {
        clips.shutdown();
        engine.shutdown();
        decoder.shutdown();
    }
}
