package org.praxino.server.job;

import org.jspecify.annotations.Nullable;

/**
 * A job to be accepted.
 *
 * @param id not in use yet
 * @param once what makes a repetition of the request recognisable, or null
 * @param maxActive how many unended jobs the owner may have, this one among them
 */
public record NewJob(String id, String owner, JobSpec spec, @Nullable String origin, @Nullable Once once, int maxActive) {
    /** The client's idempotency key, and a digest of what it asked for under it. */
    public record Once(String key, String bodyHash) {}
}
