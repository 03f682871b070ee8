package org.praxino.server.access;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the Host and Origin headers. Without keys this is the only protection of the local user: pages of other origins must neither send
 * requests (CSRF) nor reach the server by a name that resolves to this machine (DNS rebinding).
 *
 * @param allowed origins, such as {@code https://studio.example.org}, allowed in addition to the server's own
 * @param localOnly whether only local host names are accepted, as long as no key is needed: a page that got here by a name of its own has none
 */
public record OriginPolicy(Set<String> allowed, boolean localOnly) {
    public OriginPolicy {
        allowed = Set.copyOf(allowed);
    }

    /** @param host the header {@code Host} */
    public boolean allowsHost(@Nullable String host) {
        return !localOnly || host != null && isLocal(name(host));
    }

    /** Numbers are safe: a page from elsewhere comes by a name. */
    private static boolean isLocal(String name) {
        return name.equals("localhost") || name.matches("127(\\.\\d{1,3}){3}") || name.equals("[::1]") || name.equals("[0:0:0:0:0:0:0:1]");
    }

    private static String name(String host) {
        return host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
    }

    /** Whether a request from {@code origin} (header {@code Origin}) is allowed; requests without the header do not come from a page. */
    public boolean allowsRequest(@Nullable String origin, @Nullable String host) {
        return origin == null || isSameOrigin(origin, host) || allowed.contains(origin);
    }

    /** Whether a page of another origin may read the response (CORS). */
    public boolean allowsResponse(@Nullable String origin) {
        return origin != null && allowed.contains(origin);
    }

    private static boolean isSameOrigin(String origin, @Nullable String host) {
        try {
            URI uri = URI.create(origin);
            return host != null && host.equalsIgnoreCase(uri.getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
