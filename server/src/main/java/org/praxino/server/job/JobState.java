package org.praxino.server.job;

import java.util.Locale;

/** The state of a job. The names are part of the database and, but for one, of the API. */
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

    /** As in the database: {@code in_progress}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As in the API. A job that is being cancelled is still in progress: pollers of other clients wait through that status alone. */
    public String status() {
        return this == CANCELLING ? IN_PROGRESS.text() : text();
    }

    static JobState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
