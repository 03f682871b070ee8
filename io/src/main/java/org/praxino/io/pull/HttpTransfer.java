package org.praxino.io.pull;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/** HTTP downloads. Handles redirects itself, so that the token is sent to the hub only and headers of all responses are available. */
final class HttpTransfer implements AutoCloseable {
    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /** Headers in which a hub sends the checksum of a large file before it redirects. */
    private static final String ANNOUNCED = "x-linked-etag";

    private final ModelHub hub;
    private final Proxies proxies;
    private final HttpClient client;
    private final Duration patience;

    /** @param patience longest wait for a connection and for the beginning of an answer */
    HttpTransfer(ModelHub hub, Map<String, String> environment, Duration patience) {
        this.proxies = Proxies.of(environment);
        this.hub = hub;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience)
                .proxy(proxies)
                .build();
    }

    /**
     * The response to a request for a file's bytes.
     *
     * @param announced SHA-256 that the hub sent in a header, or null
     */
    record Response(URI from, int status, HttpHeaders headers, InputStream body, @Nullable String announced) implements AutoCloseable {
        /** Bytes of the body, or -1. */
        long length() {
            return headers.firstValueAsLong("content-length").orElse(-1);
        }

        /** A name of these very bytes that the server will know again, or null. */
        @Nullable String validator() {
            @Nullable String tag = headers.firstValue("etag").orElse(null);
            return tag == null || tag.startsWith("W/") ? null : tag;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /** The transfer failed in a way that may pass. */
    static final class TransferException extends IOException {
        private static final long serialVersionUID = 1;

        private final @Nullable Duration wait;

        TransferException(String reason, @Nullable Duration wait, @Nullable Throwable cause) {
            super(reason, cause);
            this.wait = wait;
        }

        /** How long the server asks to wait, or null. */
        @Nullable Duration waitFor() {
            return wait;
        }
    }

    /**
     * Asks for a file from byte {@code from} on.
     *
     * @param validator the response holds the rest only if the file is still this one, else all; null: whatever it is now
     * @return a response with status 200 (all), 206 (the rest) or 416 (there is no rest)
     * @throws TransferException when trying again makes sense
     * @throws UserException when it makes none
     */
    Response get(URI url, long from, @Nullable String validator) throws IOException, InterruptedException {
        URI at = url;
        @Nullable String announced = null;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(request(at, from, validator), at);
            @Nullable String header = response.headers().firstValue(ANNOUNCED).map(v -> v.replace("\"", "")).orElse(null);
            announced = header != null && header.matches("[0-9a-f]{64}") ? header : announced;
            if (!REDIRECTS.contains(response.statusCode())) {
                Response result = new Response(at, response.statusCode(), response.headers(), response.body(), announced);
                HttpErrors.check(result, url, hub);
                return result;
            }
            response.body().close();
            at = next(at, response.headers().firstValue("location").orElse(""));
        }
        throw new UserException(url + " redirects more than " + MOST_REDIRECTS + " times.");
    }

    private static URI next(URI at, String location) {
        try {
            URI next = at.resolve(location);
            boolean known = "https".equals(next.getScheme()) || "http".equals(next.getScheme()) && !"https".equals(at.getScheme());
            if (!location.isEmpty() && known && next.getHost() != null) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // the same sentence
        }
        throw new UserException(at.getHost() + " redirects to an address that is not followed: \"" + location + "\".");
    }

    private HttpRequest request(URI uri, long from, @Nullable String validator) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(patience).header("Accept-Encoding", "identity")
                .header("User-Agent", "praxino");
        @Nullable String token = hub.tokenFor(uri);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        @Nullable String login = proxies.login(uri);
        if (login != null) {
            request.header("Proxy-Authorization", login);
        }
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
            if (validator != null) {
                request.header("If-Range", validator);
            }
        }
        return request.GET().build();
    }

    private HttpResponse<InputStream> send(HttpRequest request, URI at) throws IOException, InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (HttpConnectTimeoutException e) {
            throw new TransferException("there is no connection to " + at.getHost() + " within " + patience.toSeconds() + " s", null, e);
        } catch (ConnectException e) {
            if (isUnknown(e)) {
                throw new UserException("The host " + at.getHost() + " was not found: is there a connection to the internet, or is a"
                        + " proxy needed (environment variable HTTPS_PROXY)?", e);
            }
            throw new TransferException(at.getHost() + " cannot be reached", null, e);
        } catch (SSLException e) {
            throw new UserException("The connection to " + at.getHost() + " is not safe: " + e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new TransferException(reason(e, at), null, e);
        }
    }

    private static boolean isUnknown(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    static String reason(IOException e, URI at) {
        String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return "the connection to " + at.getHost() + " broke (" + said.lines().findFirst().orElse("") + ")";
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
