package org.praxino.server.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells who asks. */
public final class Access {
    private static final String BEARER = "Bearer ";

    private final Keys keys;
    private final StreamTokens tokens;
    private final boolean keyNeeded;
    private final Caller local;

    /** @param keyNeeded whether a key is needed even when none has been made yet */
    public Access(Keys keys, StreamTokens tokens, boolean keyNeeded, int localJobs, int localPerMinute) {
        this.keys = keys;
        this.tokens = tokens;
        this.keyNeeded = keyNeeded;
        this.local = Caller.local(localJobs, localPerMinute);
    }

    /** Tokens for those who can send no header. */
    public StreamTokens tokens() {
        return tokens;
    }

    /**
     * Empty when neither is good enough.
     *
     * @param authorization the header of that name
     * @param token the query parameter of that name, see {@link StreamTokens}
     */
    public Optional<Caller> caller(@Nullable String authorization, @Nullable String token) {
        if (!keyNeeded && !keys.any()) {
            return Optional.of(local); // whatever key a client was made to send
        }
        if (authorization == null && token != null) {
            return tokens.find(token);
        }
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        return keys.find(authorization.substring(BEARER.length()).strip());
    }
}
