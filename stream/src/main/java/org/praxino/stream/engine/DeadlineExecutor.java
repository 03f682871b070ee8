package org.praxino.stream.engine;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.praxino.stream.DeviceScheduler;

/** The thread that generates a model's streams. Runs tasks by earliest deadline, each while holding the device. */
public final class DeadlineExecutor implements Executor {
    private record Task(Runnable work, long deadline, long number) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::deadline).thenComparingLong(Task::number));
    private final DeviceScheduler.Worker worker;
    private long count;
    private boolean shut;

    public DeadlineExecutor(ThreadGroup group, DeviceScheduler scheduler) {
        this.worker = scheduler.worker(DeviceScheduler.Priority.LIVE);
        Thread.ofPlatform().group(group).daemon().name("praxino-engine").start(this::run);
    }

    /** Runs {@code work} as soon as possible. */
    @Override
    public void execute(Runnable work) {
        execute(work, System.nanoTime());
    }

    /**
     * @param deadline when its result is needed, on the clock of {@link System#nanoTime}
     * @throws RejectedExecutionException after {@link #shutdown}
     */
    public synchronized void execute(Runnable work, long deadline) {
        if (shut) {
            throw new RejectedExecutionException("shut down");
        }
        tasks.add(new Task(work, deadline, ++count));
        notifyAll();
    }

    public <T> Future<T> submit(Callable<T> work) {
        var future = new FutureTask<>(work);
        execute(future);
        return future;
    }

    /** Stops after all submitted tasks. */
    public synchronized void shutdown() {
        shut = true;
        notifyAll();
    }

    /** Keeps no reference while it waits, so that abandoned sessions can be collected. */
    private void run() {
        try {
            while (awaitTask()) {
                worker.acquire(deadline());
                try {
                    first().run();
                } catch (RuntimeException | Error e) {
                    Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), e);
                } finally {
                    worker.release();
                }
            }
        } catch (InterruptedException e) {
            shutdown(); // not reached
        }
    }

    /** @return false after shutdown, when no task is left */
    private synchronized boolean awaitTask() throws InterruptedException {
        while (tasks.isEmpty() && !shut) {
            wait();
        }
        return !tasks.isEmpty();
    }

    private synchronized long deadline() {
        return tasks.element().deadline;
    }

    /** The most urgent task now: a more urgent one may have arrived while waiting for the device. */
    private synchronized Runnable first() {
        return tasks.remove().work;
    }
}
