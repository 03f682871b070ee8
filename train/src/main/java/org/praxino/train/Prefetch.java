package org.praxino.train;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Loads the next batch on a separate thread while the current one is processed. */
public final class Prefetch<B> implements AutoCloseable {
    /** Loads the batch of samples {@code first .. first+count-1}. */
    public interface Loader<B> {
        B load(long first, int count);
    }

    private record Pending<B>(long first, int count, Future<B> batch) {}

    private final Loader<B> loader;
    private final int step;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("prefetch").factory());
    private @org.jspecify.annotations.Nullable Pending<B> pending;

    /** @param step distance to the next batch */
    public Prefetch(Loader<B> loader, int step) {
        this.loader = loader;
        this.step = step;
    }

    /** Returns a batch, immediately if it was prefetched, and prefetches the next one. */
    public B get(long first, int count) {
        Pending<B> had = pending;
        Future<B> now = had != null && had.first == first && had.count == count ? had.batch : start(first, count);
        pending = new Pending<>(first + step, count, start(first + step, count));
        try {
            return now.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for data", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e.getCause());
        }
    }

    private Future<B> start(long first, int count) {
        return thread.submit(() -> loader.load(first, count));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
