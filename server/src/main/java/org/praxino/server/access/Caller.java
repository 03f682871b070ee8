package org.praxino.server.access;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated caller.
 *
 * @param id of the key; {@link #LOCAL} if the server requires none
 * @param maxJobs maximum number of active jobs
 * @param perMinute maximum requests per minute
 * @param dailySeconds maximum seconds of video per day, or null for unlimited
 */
public record Caller(String id, Set<KeyScope> scopes, int maxJobs, int perMinute, @Nullable Integer dailySeconds) {
    /** The local caller without a key. */
    public static final String LOCAL = "local";

    static Caller local(int maxJobs, int perMinute) {
        return new Caller(LOCAL, EnumSet.allOf(KeyScope.class), maxJobs, perMinute, null);
    }

    public boolean hasScope(KeyScope scope) {
        return scopes.contains(scope);
    }
}
