package org.praxino.server.job;

import org.jspecify.annotations.Nullable;

/**
 * A job to be accepted.
 *
 * @param id not in use yet
 * @param once what makes a repetition of the request recognisable, or null
 * @param maxActive how many unended jobs the owner may have, this one among them
 * @param cost what it takes of the owner's quota, or null where there is none
 */
public record NewJob(String id, String owner, JobSpec spec, @Nullable String origin, @Nullable Once once, int maxActive, @Nullable Cost cost) {
    public NewJob(String id, String owner, JobSpec spec, @Nullable String origin, @Nullable Once once, int maxActive) {
        this(id, owner, spec, origin, once, maxActive, null);
    }

    /** @param seconds of video @param perDay most of them that the owner may have made a day */
    public record Cost(double seconds, double perDay) {}

    /** The client's idempotency key, and a digest of what it asked for under it. */
    public record Once(String key, String bodyHash) {}
}
