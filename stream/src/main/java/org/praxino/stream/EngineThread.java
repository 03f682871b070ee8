package org.praxino.stream;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/** The thread on which a model's streams are made: what is wanted soonest comes first, each piece of work with a turn of the device. */
final class EngineThread implements Executor {
    private record Task(Runnable work, long deadline, long number) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::deadline).thenComparingLong(Task::number));
    private final DeviceTurns.Worker worker;
    private long count;
    private boolean shut;

    EngineThread(ThreadGroup group, DeviceTurns turns) {
        this.worker = turns.worker(DeviceTurns.Kind.LIVE);
        Thread.ofPlatform().group(group).daemon().name("praxino-engine").start(this::run);
    }

    /** Does {@code work} as soon as it can. */
    @Override
    public void execute(Runnable work) {
        execute(work, System.nanoTime());
    }

    /**
     * @param deadline by when its result is wanted, on the clock of {@link System#nanoTime}
     * @throws RejectedExecutionException after {@link #shutdown}
     */
    synchronized void execute(Runnable work, long deadline) {
        if (shut) {
            throw new RejectedExecutionException("shut down");
        }
        tasks.add(new Task(work, deadline, ++count));
        notifyAll();
    }

    <T> Future<T> submit(Callable<T> work) {
        var future = new FutureTask<>(work);
        execute(future);
        return future;
    }

    /** What was given before is still done. */
    synchronized void shutdown() {
        shut = true;
        notifyAll();
    }

    /** Holds on to nothing while it waits: a session that nobody holds any more must be free to go. */
    private void run() {
        try {
            while (await()) {
                worker.take(deadline());
                try {
                    first().run();
                } catch (RuntimeException | Error e) {
                    Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), e);
                } finally {
                    worker.give();
                }
            }
        } catch (InterruptedException e) {
            shutdown(); // nobody does this
        }
    }

    /** @return false when there is no work and none will come */
    private synchronized boolean await() throws InterruptedException {
        while (tasks.isEmpty() && !shut) {
            wait();
        }
        return !tasks.isEmpty();
    }

    private synchronized long deadline() {
        return tasks.element().deadline;
    }

    /** What is most urgent by now: something may have come while the turn did not. */
    private synchronized Runnable first() {
        return tasks.remove().work;
    }
}
