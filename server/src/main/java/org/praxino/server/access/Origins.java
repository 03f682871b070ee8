package org.praxino.server.access;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which pages in a browser may speak to the server. Without keys, the machine's own user is protected by this alone: a page from
 * elsewhere must neither send requests here nor get here by a name that points to this machine (DNS rebinding).
 *
 * @param allowed origins, such as {@code https://studio.example.org}, that may besides the server's own
 * @param localOnly whether only names of this machine are answered to
 */
public record Origins(Set<String> allowed, boolean localOnly) {
    private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "[::1]");

    public Origins {
        allowed = Set.copyOf(allowed);
    }

    /** @param host the header {@code Host} */
    public boolean hostMayBe(@Nullable String host) {
        return !localOnly || host != null && LOCAL.contains(name(host));
    }

    private static String name(String host) {
        return host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
    }

    /** Whether a request from a page of {@code origin} (header {@code Origin}) may go on; one without comes from no page. */
    public boolean mayAsk(@Nullable String origin, @Nullable String host) {
        return origin == null || isOwn(origin, host) || allowed.contains(origin);
    }

    /** Whether the answer may be shown to a page of another origin. */
    public boolean mayRead(@Nullable String origin) {
        return origin != null && allowed.contains(origin);
    }

    private static boolean isOwn(String origin, @Nullable String host) {
        try {
            URI uri = URI.create(origin);
            return host != null && host.equalsIgnoreCase(uri.getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
