package org.praxino.stream;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** Where a model works: its networks, one thread for them, one for decoding, and who is using them. */
final class Workplace {
    private final ThreadGroup own = new ThreadGroup("praxino");
    private final ExecutorService engine = thread("praxino-engine");
    private final ExecutorService decoder = thread("praxino-decoder");
    private final Set<StreamSession.Watch> open = ConcurrentHashMap.newKeySet();

    private ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(Thread.ofPlatform().group(own).daemon().name(name).factory());
    }

    ExecutorService engine() {
        return engine;
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
            CompletableFuture.runAsync(() -> {}, engine).join();
        } catch (RejectedExecutionException e) {
            // shut down: everything is done
        }
    }

    void shutdown() {
        engine.shutdown();
        decoder.shutdown();
    }
}
