package org.praxino.io.pull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * The proxies that the environment names: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and the exceptions in
 * {@code NO_PROXY}, each also in lower case. Without any of them the JVM's own setting counts. For a name and a password on the way
 * to https the JVM needs the property {@code jdk.http.auth.tunneling.disabledSchemes} to be empty, which the launcher does.
 */
final class Proxies extends ProxySelector {
    /** A proxy and its credentials. */
    private record ProxyAddress(InetSocketAddress address, @Nullable String login) {}

    private final @Nullable ProxyAddress https;
    private final @Nullable ProxyAddress http;
    private final List<String> direct;

    private Proxies(@Nullable ProxyAddress https, @Nullable ProxyAddress http, List<String> direct) {
        this.https = https;
        this.http = http;
        this.direct = direct;
    }

    /** @throws UserException when a variable names no HTTP proxy */
    static Proxies of(Map<String, String> environment) {
        @Nullable ProxyAddress all = proxy("ALL_PROXY", environment);
        @Nullable ProxyAddress https = proxy("HTTPS_PROXY", environment);
        @Nullable ProxyAddress http = proxy("HTTP_PROXY", environment);
        String exceptions = value("NO_PROXY", environment);
        List<String> direct = Arrays.stream(exceptions.split(",")).map(s -> s.strip().toLowerCase(Locale.ROOT)).filter(s -> !s.isEmpty()).toList();
        return new Proxies(https == null ? all : https, http == null ? all : http, direct);
    }

    private static String value(String variable, Map<String, String> environment) {
        return environment.getOrDefault(variable.toLowerCase(Locale.ROOT), environment.getOrDefault(variable, "")).strip();
    }

    private static @Nullable ProxyAddress proxy(String variable, Map<String, String> environment) {
        String value = value(variable, environment);
        if (value.isEmpty()) {
            return null;
        }
        try {
            URI uri = URI.create(value.contains("://") ? value : "http://" + value);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
                int port = uri.getPort() < 0 ? 80 : uri.getPort();
                return new ProxyAddress(InetSocketAddress.createUnresolved(uri.getHost(), port), login(uri.getRawUserInfo()));
            }
        } catch (IllegalArgumentException e) {
            // the same sentence, which does not repeat a password
        }
        throw new UserException("The environment variable " + variable + " names no HTTP proxy: use http://HOST:PORT"
                + " or http://USER:PASSWORD@HOST:PORT.");
    }

    private static @Nullable String login(@Nullable String userInfo) {
        if (userInfo == null) {
            return null;
        }
        String plain = decode(userInfo.contains(":") ? userInfo : userInfo + ":");
        return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (isDirect(uri)) {
            return List.of(Proxy.NO_PROXY);
        }
        @Nullable ProxyAddress proxy = "https".equals(uri.getScheme()) ? https : http;
        if (proxy != null) {
            return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.address.getHostString(), proxy.address.getPort())));
        }
        @Nullable ProxySelector usual = ProxySelector.getDefault();
        return https != null || http != null || usual == null ? List.of(Proxy.NO_PROXY) : usual.select(uri);
    }

    private boolean isDirect(URI uri) {
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        for (String exception : direct) {
            int colon = exception.lastIndexOf(':');
            boolean withPort = colon > 0 && exception.substring(colon + 1).matches("\\d+");
            if (withPort && !exception.substring(colon + 1).equals(String.valueOf(uri.getPort()))) {
                continue;
            }
            String name = (withPort ? exception.substring(0, colon) : exception).replaceFirst("^\\*?\\.", "");
            if (name.equals("*") || host.equals(name) || host.endsWith("." + name)) {
                return true;
            }
        }
        return false;
    }

    /** The authorization header for the proxy to {@code uri}; null for none. */
    @Nullable String login(URI uri) {
        @Nullable ProxyAddress proxy = "https".equals(uri.getScheme()) ? https : http;
        return proxy == null || isDirect(uri) ? null : proxy.login;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException cause) {
        // the exception of the transfer says it
    }
}
