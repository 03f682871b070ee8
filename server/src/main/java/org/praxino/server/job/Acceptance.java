package org.praxino.server.job;

/** What became of a job handed in. */
public sealed interface Acceptance {
    /** It is in the table. */
    record Accepted(Job job) implements Acceptance {}

    /** The same request came before, and this is what it made. */
    record Repeated(Job job) implements Acceptance {}

    /** Another request came before under the same idempotency key. */
    record Clash(Job job) implements Acceptance {}

    /** The owner has as many jobs under way as it may. */
    record TooMany(int active) implements Acceptance {}

    /** The owner has had too much video made today. @param seconds of video that were made for it */
    record UsedUp(double seconds) implements Acceptance {}
}
