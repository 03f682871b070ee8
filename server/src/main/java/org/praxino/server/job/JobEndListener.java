package org.praxino.server.job;

import org.jdbi.v3.core.Handle;

/** Called for every job that ends, inside the transaction that ends it. */
@FunctionalInterface
public interface JobEndListener {
    /** Does nothing. */
    JobEndListener NONE = (handle, job) -> {};

    void onEnd(Handle handle, Job job);
}
