package org.praxino.server.job;

import org.jspecify.annotations.Nullable;

/**
 * A job to submit.
 *
 * @param id unused
 * @param idempotencyKey or null
 * @param maxActive maximum number of active jobs of the owner, including this one
 * @param cost quota cost, or null without a quota
 */
public record NewJob(String id, String owner, JobSpec spec, @Nullable String origin, @Nullable IdempotencyKey idempotencyKey,
        int maxActive, @Nullable Cost cost) {
    public NewJob(String id, String owner, JobSpec spec, @Nullable String origin, @Nullable IdempotencyKey once, int maxActive) {
        this(id, owner, spec, origin, once, maxActive, null);
    }

    /** @param seconds of video @param perDay daily quota of the owner */
    public record Cost(double seconds, double dailySeconds) {}

    /** The client's idempotency key and a digest of the request. */
    public record IdempotencyKey(String key, String bodyHash) {}
}
