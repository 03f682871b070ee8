package org.praxino.tensor;

/** Makes parallel threads yield together: the last one to reach a {@link YieldPoint} yields for all. */
final class SharedYield implements YieldPoint.Handler {
    private final YieldPoint.Handler caller;
    private int left;
    private int running;
    private int waiting;
    private long round;

    /** @param tasks in all @param threads that run them */
    SharedYield(YieldPoint.Handler caller, int tasks, int threads) {
        this.caller = caller;
        this.left = tasks;
        this.running = Math.min(tasks, threads);
    }

    /** Once one thread waits, the others join it, even if the urgent work has gone meanwhile. */
    @Override
    public boolean wanted() {
        synchronized (this) {
            if (waiting > 0) {
                return true;
            }
        }
        return caller.wanted();
    }

    @Override
    public synchronized void yieldNow() {
        waiting++;
        long mine = round;
        boolean interrupted = false;
        while (mine == round) {
            if (waiting == running) {
                yieldForAll();
            } else {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void yieldForAll() {
        try {
            caller.yieldNow();
        } finally {
            waiting = 0;
            round++;
            notifyAll();
        }
    }

    /** A task has ended; its thread continues with one that has not begun, if there is any. */
    synchronized void taskEnded() {
        left--;
        running = Math.min(running, left);
        notifyAll();
    }
}
