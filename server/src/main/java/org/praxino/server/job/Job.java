package org.praxino.server.job;

import org.jspecify.annotations.Nullable;

/**
 * A job row. Times are milliseconds since 1970.
 *
 * @param seq sequence number
 * @param id public id
 * @param owner id of the key that created it
 * @param state current state
 * @param spec what to generate
 * @param origin the job whose clip was edited or extended, or null
 * @param starts number of starts that neither ended nor were requeued
 * @param created when it was created
 * @param started when it first started, or null
 * @param ended when it ended, or null
 * @param expires when its files expire, or null
 * @param error or null
 * @param bytes of its files
 */
public record Job(
        long seq,
        String id,
        String owner,
        JobState state,
        JobSpec spec,
        @Nullable String origin,
        int starts,
        long created,
        @Nullable Long started,
        @Nullable Long ended,
        @Nullable Long expires,
        @Nullable JobError error,
        long bytes) {
    /** An error code and message. */
    public record JobError(String code, String message) {}

    /** Whether the files have expired. */
    public boolean expired(long now) {
        return state == JobState.COMPLETED && expires != null && expires <= now;
    }
}
