package org.praxino.server.access;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param id of the key; {@link #LOCAL} when the server asks for none
 * @param maxJobs most jobs under way at a time
 * @param perMinute most requests a minute
 * @param perDay most seconds of video a day, or null for as many as it likes
 */
public record Caller(String id, Set<Scope> scopes, int maxJobs, int perMinute, @Nullable Integer perDay) {
    /** The one who sits at the machine. */
    public static final String LOCAL = "local";

    static Caller local(int maxJobs, int perMinute) {
        return new Caller(LOCAL, EnumSet.allOf(Scope.class), maxJobs, perMinute, null);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
