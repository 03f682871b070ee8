package org.praxino.train.data;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A thread pool whose results are consumed in submission order, so that output does not depend on timing. */
final class OrderedWorkers<R> implements AutoCloseable {

    /** Takes results in order. */
    @FunctionalInterface
    interface Sink<R> {
        void accept(R result) throws IOException;
    }

    private final ExecutorService pool;
    private final ArrayDeque<Future<R>> waiting = new ArrayDeque<>();
    private final int ahead;
    private final Sink<R> sink;

    OrderedWorkers(int threads, Sink<R> sink) {
        this.pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("prepare-", 0).factory());
        this.ahead = threads * 3;
        this.sink = sink;
    }

    void submit(Callable<R> task) throws IOException {
        while (waiting.size() >= ahead) {
            take();
        }
        waiting.add(pool.submit(task));
    }

    void finish() throws IOException {
        while (!waiting.isEmpty()) {
            take();
        }
    }

    private void take() throws IOException {
        try {
            sink.accept(waiting.remove().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Preparing data was interrupted.", e);
        } catch (ExecutionException e) {
            throw new IOException("Preparing data failed: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
