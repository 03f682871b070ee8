package org.praxino.server.live;

import java.time.Duration;
import org.praxino.tensor.UserException;

/**
 * Limits of live sessions.
 *
 * @param sessions that run at a time
 * @param ofKey of one key
 * @param connections of all
 * @param start how long a connection may wait with its first message
 * @param idle how long a client may be silent
 * @param away how long a session is kept in memory after its client went
 * @param kept how long it can be gone on with from disk
 */
public record LiveSettings(int sessions, int ofKey, int connections, Duration start, Duration idle, Duration away, Duration kept) {
    public static final LiveSettings USUAL = new LiveSettings(
            8, 4, 512, Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofMinutes(15));

    public LiveSettings {
        if (sessions < 1 || sessions > 1000 || ofKey < 1 || connections < 1) {
            throw new UserException("live sessions at a time must lie between 1 and 1000, not be " + sessions);
        }
    }

    public LiveSettings withSessions(int count) {
        return new LiveSettings(count, Math.max(1, Math.min(ofKey, count)), connections, start, idle, away, kept);
    }

    /** For tests, which do not wait. */
    public LiveSettings withPatience(Duration first, Duration silence, Duration absence) {
        return new LiveSettings(sessions, ofKey, connections, first, silence, absence, kept);
    }
}
