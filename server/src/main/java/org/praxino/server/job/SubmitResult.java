package org.praxino.server.job;

/** The result of submitting a job. */
public sealed interface SubmitResult {
    /** The job was accepted. */
    record Accepted(Job job) implements SubmitResult {}

    /** An earlier identical request created this job. */
    record Duplicate(Job job) implements SubmitResult {}

    /** The idempotency key was used for a different request. */
    record Conflict(Job job) implements SubmitResult {}

    /** The owner has reached its limit of active jobs. */
    record TooManyActive(int active) implements SubmitResult {}

    /** The owner's daily quota is used up. @param seconds of video generated today */
    record QuotaExceeded(double seconds) implements SubmitResult {}
}
