package org.praxino.server.job;

import java.util.Locale;

/** The state of a job. The names are part of the API. */
public enum JobState {
    QUEUED,
    IN_PROGRESS,
    /** Cancellation was requested, and the current step has not ended yet. */
    CANCELLING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** Whether the state is final. */
    public boolean ended() {
        return switch (this) {
            case QUEUED, IN_PROGRESS, CANCELLING -> false;
            case COMPLETED, FAILED, CANCELLED -> true;
        };
    }

    /** As in the database and the API: {@code in_progress}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static JobState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
