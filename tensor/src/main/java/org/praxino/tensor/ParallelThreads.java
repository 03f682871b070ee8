package org.praxino.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads that compute in parallel, each with a share of the CPU threads. Small networks gain: two halves of a batch on one core each
 * synchronise once; one batch on two cores synchronises after every operation.
 *
 * <p>Scopes, gradients on or off and autocast belong to a thread: a piece of work opens its own. What it returns must be {@linkplain
 * Tensor#own() owned}, and is then the caller's.
 */
public final class ParallelThreads implements AutoCloseable {
    private final ExecutorService threads;
    private final int count;

    private ParallelThreads(int count, int threadsEach) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name("praxino-lane-", 0).factory());
        int before = Backend.threads();
        // One round for every thread, so that none of them starts later with the process's number of threads.
        var started = new CyclicBarrier(count);
        run(Collections.nCopies(count, () -> {
            Backend.takeThreads(threadsEach);
            return started.await();
        }));
        Backend.setThreads(before);
    }

    /** @param threads of the CPU that all lanes together may use; each gets {@code threads / count}, at least one */
    public static ParallelThreads open(int count, int threads) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " lanes: at least one is needed");
        }
        return new ParallelThreads(count, Math.max(1, threads / count));
    }

    /** At most {@code wanted} lanes that share the process's threads: as many as there are threads when those are fewer. */
    public static ParallelThreads ofCores(int wanted) {
        return open(Math.min(wanted, Backend.threads()), Backend.threads());
    }

    public int count() {
        return count;
    }

    /** Does all of {@code work} and waits for all of it. After a failure, which is thrown, tensors that the others returned are closed. */
    public <T> List<T> run(List<? extends Callable<T>> work) {
        List<Future<T>> futures = new ArrayList<>();
        YieldPoint.Handler handler = YieldPoint.handler();
        SharedYield shared = handler == null ? null : new SharedYield(handler, work.size(), count);
        work.forEach(w -> futures.add(threads.submit(shared == null ? w : yielding(w, shared))));
        var results = new ArrayList<T>();
        Throwable failure = null;
        for (Future<T> f : futures) {
            try {
                results.add(UninterruptibleWait.get(f));
            } catch (RuntimeException | Error e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure == null) {
            return results;
        }
        results.forEach(r -> {
            if (r instanceof Tensor t) {
                t.close();
            }
        });
        if (failure instanceof Error e) {
            throw e;
        }
        throw (RuntimeException) failure;
    }

    private static <T> Callable<T> yielding(Callable<T> work, SharedYield shared) {
        return () -> {
            try (var guard = YieldPoint.handledBy(shared)) {
                return work.call();
            } finally {
                shared.taskEnded();
            }
        };
    }

    @Override
    public void close() {
        threads.close();
    }
}
