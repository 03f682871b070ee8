package org.praxino.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

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
            var done = engine.submit(() -> true);
            boolean interrupted = false;
            while (true) {
                try {
                    done.get();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
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
