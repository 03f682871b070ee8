package org.praxino.server.job;

import java.util.Locale;

/** Where a job is. The names are those that clients see. */
public enum JobState {
    QUEUED,
    IN_PROGRESS,
    /** A stop was asked for, and the step being computed has not ended yet. */
    CANCELLING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** No other state follows. */
    public boolean ended() {
        return switch (this) {
            case QUEUED, IN_PROGRESS, CANCELLING -> false;
            case COMPLETED, FAILED, CANCELLED -> true;
        };
    }

    /** As the table and the wire have it: {@code in_progress}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static JobState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
