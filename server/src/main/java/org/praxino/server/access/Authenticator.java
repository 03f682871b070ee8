package org.praxino.server.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Authenticates callers by API key or short-lived token. */
public final class Authenticator {
    private static final String BEARER = "Bearer ";

    private final ApiKeys keys;
    private final AccessTokens tokens;
    private final boolean keyRequired;
    private final Caller local;

    /** @param keyRequired whether a key is required even before one was created */
    public Authenticator(ApiKeys keys, AccessTokens tokens, boolean keyRequired, int localJobs, int localPerMinute) {
        this.keys = keys;
        this.tokens = tokens;
        this.keyRequired = keyRequired;
        this.local = Caller.local(localJobs, localPerMinute);
    }

    /** Whether requests need a key. */
    public boolean needsKey() {
        return keyRequired || keys.anyExist();
    }

    /** Tokens for clients that cannot send headers. */
    public AccessTokens tokens() {
        return tokens;
    }

    /**
     * Authenticates a request; empty if neither credential is valid.
     *
     * @param authorization the header of that name
     * @param token the query parameter of that name, see {@link AccessTokens}
     */
    public Optional<Caller> authenticate(@Nullable String authorization, @Nullable String token) {
        if (!needsKey()) {
            return Optional.of(local); // ignores any key that the client sends
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
