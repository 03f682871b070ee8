package org.praxino.train;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Prepares the next batch on a thread of its own while the device works on this one. */
public final class Prefetch<B> implements AutoCloseable {
    /** Makes the batch of samples {@code first .. first+count-1}. */
    public interface Loader<B> {
        B load(long first, int count);
    }

    private record Ahead<B>(long first, int count, Future<B> batch) {}

    private final Loader<B> loader;
    private final int step;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("prefetch").factory());
    private @org.jspecify.annotations.Nullable Ahead<B> ahead;

    /** @param step distance to the batch that will be asked for next */
    public Prefetch(Loader<B> loader, int step) {
        this.loader = loader;
        this.step = step;
    }

    /** The batch asked for, at once if it was the expected one; starts on the next. */
    public B get(long first, int count) {
        Ahead<B> had = ahead;
        Future<B> now = had != null && had.first == first && had.count == count ? had.batch : start(first, count);
        ahead = new Ahead<>(first + step, count, start(first + step, count));
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
