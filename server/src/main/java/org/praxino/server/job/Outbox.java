package org.praxino.server.job;

import org.jdbi.v3.core.Handle;

/** Told of every job that ends, inside the transaction that ends it. */
@FunctionalInterface
public interface Outbox {
    /** Nobody wants to know. */
    Outbox NONE = (handle, job) -> {};

    void ended(Handle handle, Job job);
}
