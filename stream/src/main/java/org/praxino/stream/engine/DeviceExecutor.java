package org.praxino.stream.engine;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.praxino.stream.DeviceScheduler;
import org.praxino.stream.StreamSession;
import org.praxino.tensor.Backend;
import org.praxino.tensor.UninterruptibleWait;

/** A model's threads: one for streams and one for clips, of which one computes at a time, and one for decoding. Tracks the open sessions. */
public final class DeviceExecutor {
    private final ThreadGroup threadGroup = new ThreadGroup("praxino");
    private final DeviceScheduler scheduler;
    private final DeadlineExecutor engine;
    private final ExecutorService clips = thread("praxino-clips");
    private final ExecutorService decoder = thread("praxino-decoder");
    private final Set<StreamSession.OpenSession> openSessions = ConcurrentHashMap.newKeySet();

    public DeviceExecutor(DeviceScheduler scheduler) {
        this.scheduler = scheduler;
        this.engine = new DeadlineExecutor(threadGroup, scheduler);
        splitThreads();
    }

    /**
     * Gives half of the CPU threads to generation and half to decoding, which run concurrently: two tasks that each use all cores would
     * wait for each other at every operation.
     */
    private void splitThreads() {
        int all = Backend.threads();
        if (all < 2) {
            return;
        }
        Callable<Boolean> half = () -> {
            Backend.takeThreads(engineThreads(all));
            return true;
        };
        UninterruptibleWait.get(engine.submit(half));
        UninterruptibleWait.get(decoder.submit(half));
        Backend.setThreads(all);
    }

    /** The number of CPU threads, of {@code all}, that generate blocks. */
    public static int engineThreads(int all) {
        return Math.max(1, all / 2);
    }

    private ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(Thread.ofPlatform().group(threadGroup).daemon().name(name).factory());
    }

    public DeadlineExecutor engine() {
        return engine;
    }

    /** Runs whole clips, one at a time; clips must acquire the device. */
    public ExecutorService clips() {
        return clips;
    }

    public DeviceScheduler scheduler() {
        return scheduler;
    }

    /** Decodes streams' blocks, one task at a time and in order; clips stand back meanwhile. */
    Executor decoder() {
        return work -> decoder.execute(() -> scheduler.decode(work));
    }

    /** Sessions that are not closed. */
    public Set<StreamSession.OpenSession> openSessions() {
        return openSessions;
    }

    /** Waits until the engine has finished its pending tasks. Does nothing on this model's own threads, which would deadlock. */
    public void awaitEngine() {
        if (Thread.currentThread().getThreadGroup() == threadGroup) {
            return;
        }
        try {
            UninterruptibleWait.get(engine.submit(() -> true));
        } catch (RejectedExecutionException e) {
            // shut down: everything is done
        }
    }

    /** Accepts no more clips and waits for the submitted ones. */
    public void finishClips() {
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

    public void shutdown() {
        clips.shutdown();
        engine.shutdown();
        decoder.shutdown();
    }
}
