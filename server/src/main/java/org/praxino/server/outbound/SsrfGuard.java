package org.praxino.server.outbound;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.praxino.tensor.UserException;

/**
 * Prevents server-side request forgery (SSRF): clients may make the server call public addresses only.
 *
 * @param allowPrivate whether private addresses are allowed
 */
public record SsrfGuard(boolean allowPrivate) {
    /** Checks a URL without resolving it. */
    public URI check(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new UserException("\"" + url + "\" is not a URL");
        }
        String scheme = String.valueOf(uri.getScheme());
        if (!scheme.equals("https") && !scheme.equals("http") || uri.getHost() == null) {
            throw new UserException("\"" + url + "\" is not a URL that can be called: it must begin with https:// or http:// and name a host");
        }
        if (uri.getUserInfo() != null) {
            throw new UserException("a URL to be called must not carry a name or password");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new UserException("\"" + url + "\" cannot be called: a port lies between 1 and 65535, and this one is " + uri.getPort());
        }
        String host = host(uri);
        if (host.indexOf(':') < 0 && !isName(host)) {
            throw new UserException("\"" + url + "\" cannot be called: \"" + host + "\" is not the name of a host");
        }
        boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+|0[xX][0-9a-fA-F.xX]+");
        if (!allowPrivate && (host.equalsIgnoreCase("localhost") || host.toLowerCase(java.util.Locale.ROOT).endsWith(".localhost")
                || literal && !isPublicLiteral(host))) {
            throw new UserException(refusal(host));
        }
        return uri;
    }

    /** Labels of 1 to 63 letters, digits, hyphens and underscores (RFC 1123), 253 characters in all. */
    private static boolean isName(String host) {
        return host.length() <= 253 && host.matches("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*");
    }

    private static boolean isPublicLiteral(String host) {
        try {
            return isPublic(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return false; // short and octal forms of addresses are only used to evade checks
        }
    }

    /** Resolves and checks the address. Connect to this very address, because a second lookup may differ. */
    public InetAddress resolve(URI uri) throws UnknownHostException {
        InetAddress[] all = InetAddress.getAllByName(host(uri));
        for (InetAddress address : all) {
            if (!allowPrivate && !isPublic(address)) {
                throw new UserException(refusal(host(uri)));
            }
        }
        return all[0];
    }

    /** Without brackets, and without the dot that may end a name. */
    public static String host(URI uri) {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static String refusal(String host) {
        return "\"" + host + "\" is an address inside the server's own network: the server calls public addresses only";
    }

    /** Whether the address is outside IANA's special-purpose ranges (RFC 6890). */
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] b = address.getAddress();
        return switch (address) {
            case Inet4Address four -> isPublic4(b[0] & 0xff, b[1] & 0xff, b[2] & 0xff);
            case Inet6Address six -> (b[0] & 0xe0) == 0x20 // global unicast, 2000::/3
                    && !(b[0] == 0x20 && b[1] == 0x02) // 6to4 and Teredo carry other addresses inside
                    && !(b[0] == 0x20 && b[1] == 0x01 && (b[2] & 0xfe) == 0)
                    && !(b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && (b[3] & 0xff) == 0xb8);
            default -> false;
        };
    }

    private static boolean isPublic4(int a, int b, int c) {
        return a != 0 && a < 224
                && !(a == 100 && (b & 0xc0) == 64)
                && !(a == 192 && b == 0 && (c == 0 || c == 2))
                && !(a == 198 && (b == 18 || b == 19))
                && !(a == 198 && b == 51 && c == 100)
                && !(a == 203 && b == 0 && c == 113);
    }
}
