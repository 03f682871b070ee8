package org.praxino.tensor;

/**
 * The stack of a thread that had another thread do its work. It is suppressed in what the work threw, so that a stack trace leads to the
 * caller's line as well as to the fault.
 */
public final class RequestedAt extends Exception {
    private static final long serialVersionUID = 1;

    /** The current thread's stack. */
    public RequestedAt() {
        super("requested on thread " + Thread.currentThread().getName());
    }
}
