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
 * Tokens for pages in a browser, which can send no header with a WebSocket, an event stream or a {@code <video>}: they stand in an
 * address, so they open little and for a short time. Kept in memory, as digests. Used from any thread.
 */
public final class StreamTokens {
    /** How long one opens anything. What was opened with it goes on. */
    public static final Duration LIFE = Duration.ofMinutes(2);

    private static final String PREFIX = "pxt_";

    /** The oldest give way to more than this; their holders ask again. */
    private static final int MOST = 10_000;

    private record Entry(Caller caller, long expires) {}

    /** @param expires milliseconds since 1970 */
    public record Token(String text, long expires) {}

    private final Keys keys;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Entry> entries = new LinkedHashMap<>(); // oldest first

    public StreamTokens(Keys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** A token of {@code caller}, for live sessions and for looking at what it made, as far as its key opens these. */
    public synchronized Token issue(Caller caller) {
        long now = clock.millis();
        entries.values().removeIf(e -> e.expires <= now);
        while (entries.size() >= MOST) {
            entries.remove(entries.keySet().iterator().next());
        }
        var bytes = new byte[24];
        random.nextBytes(bytes);
        String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var scopes = EnumSet.of(Scope.LIVE, Scope.READ);
        scopes.retainAll(caller.scopes());
        long expires = now + LIFE.toMillis();
        entries.put(Sha256.ofText(text), new Entry(new Caller(caller.id(), scopes, caller.maxJobs(), caller.perMinute(), caller.perDay()), expires));
        return new Token(text, expires);
    }

    /** The one it was given to; empty when it was never given, its time is over, or the key was revoked. */
    public Optional<Caller> find(String text) {
        Entry entry;
        synchronized (this) {
            entry = text.startsWith(PREFIX) ? entries.get(Sha256.ofText(text)) : null;
        }
        return Optional.ofNullable(entry)
                .filter(e -> e.expires > clock.millis())
                .map(Entry::caller)
                .filter(c -> c.id().equals(Caller.LOCAL) || keys.valid(c.id()));
    }
}
