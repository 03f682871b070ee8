package org.praxino.server.access;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.praxino.io.Sha256;

/**
 * Short-lived tokens for browser pages, which cannot send headers with a WebSocket, an event stream or a {@code <video>}. They appear in
 * URLs, so their scopes and lifetime are limited. Stored in memory as digests. Thread-safe.
 */
public final class AccessTokens {
    /** Lifetime of a token. Connections opened with it stay open. */
    public static final Duration LIFETIME = Duration.ofMinutes(2);

    private static final String PREFIX = "pxt_";

    /** The oldest tokens are dropped beyond this number. */
    private static final int MAX_TOKENS = 10_000;

    private record Entry(Caller caller, long expires) {}

    /** @param expires milliseconds since 1970 */
    public record Token(String text, long expires) {}

    private final ApiKeys keys;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Entry> entries = new LinkedHashMap<>(); // oldest first

    public AccessTokens(ApiKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** Issues a token with the caller's live and read scopes. */
    public synchronized Token issue(Caller caller) {
        long now = clock.millis();
        entries.values().removeIf(e -> e.expires <= now);
        while (entries.size() >= MAX_TOKENS) {
            entries.remove(entries.keySet().iterator().next());
        }
        var bytes = new byte[24];
        random.nextBytes(bytes);
        String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var scopes = EnumSet.of(KeyScope.LIVE, KeyScope.READ);
        scopes.retainAll(caller.scopes());
        long expires = now + LIFETIME.toMillis();
        entries.put(Sha256.ofText(text),
                new Entry(new Caller(caller.id(), scopes, caller.maxJobs(), caller.perMinute(), caller.dailySeconds()), expires));
        return new Token(text, expires);
    }

    /** The caller for a token; empty if it is unknown or expired, or its key was revoked. */
    public Optional<Caller> find(String text) {
        Entry entry;
        synchronized (this) {
            entry = text.startsWith(PREFIX) ? entries.get(Sha256.ofText(text)) : null;
        }
        return Optional.ofNullable(entry)
                .filter(e -> e.expires > clock.millis())
                .map(Entry::caller)
                .filter(c -> c.id().equals(Caller.LOCAL) || keys.isActive(c.id()));
    }
}
