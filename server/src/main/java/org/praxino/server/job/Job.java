package org.praxino.server.job;

import org.jspecify.annotations.Nullable;

/**
 * A job as the table has it. Times are milliseconds since 1970.
 *
 * @param seq counts up with every job accepted
 * @param id what clients call it
 * @param owner the key that asked for it
 * @param state where it is
 * @param spec what it makes
 * @param origin the job whose clip was edited or extended, or null
 * @param starts how often work on it was begun and neither ended nor was handed back in good order
 * @param created when it was accepted
 * @param started when work was first begun, or null
 * @param ended when it ended, or null
 * @param expires when its files go, or null while there are none
 * @param error what went wrong, or null
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
        @Nullable Problem error,
        long bytes) {
    /** What went wrong: a word for programs and a sentence for people. */
    public record Problem(String code, String message) {}

    /** Whether the files went because their time was over. */
    public boolean expired(long now) {
        return state == JobState.COMPLETED && expires != null && expires <= now;
    }
}
