package org.praxino.server.live;

import java.time.Duration;
import org.praxino.tensor.UserException;

/**
 * Limits of live sessions.
 *
 * @param sessions maximum number of concurrent sessions
 * @param perKey maximum number of sessions per key
 * @param connections maximum number of connections
 * @param startTimeout timeout of the first message
 * @param idleTimeout timeout of client messages
 * @param reconnectTimeout how long a session stays in memory after its client disconnected
 * @param retention how long a suspended session can be resumed
 */
public record LiveSettings(int sessions, int perKey, int connections, Duration startTimeout, Duration idleTimeout,
        Duration reconnectTimeout, Duration retention) {
    public static final LiveSettings DEFAULT = new LiveSettings(
            8, 4, 512, Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofMinutes(15));

    public LiveSettings {
        if (sessions < 1 || sessions > 1000 || perKey < 1 || connections < 1) {
            throw new UserException("live sessions at a time must lie between 1 and 1000, not be " + sessions);
        }
    }

    public LiveSettings withSessions(int count) {
        return new LiveSettings(count, Math.max(1, Math.min(perKey, count)), connections, startTimeout, idleTimeout, reconnectTimeout, retention);
    }

    /** For tests. */
    public LiveSettings withTimeouts(Duration first, Duration silence, Duration absence) {
        return new LiveSettings(sessions, perKey, connections, first, silence, absence, retention);
    }
}
