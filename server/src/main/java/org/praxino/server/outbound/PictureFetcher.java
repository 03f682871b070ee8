package org.praxino.server.outbound;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/** Fetches pictures that clients name by URL. Follows a few redirects, each checked by the guard. */
public final class PictureFetcher implements AutoCloseable {
    private static final int MAX_REDIRECTS = 3;
    private static final int AT_A_TIME = 8;
    private static final int LINE_SECONDS = 10;
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Semaphore places = new Semaphore(AT_A_TIME);
    private final SsrfGuard guard;
    private final GuardedExchange exchange;
    private final long maxBytes;

    private record Response(int status, String location, byte[] body) {}

    /** @param maxBytes of a picture */
    public PictureFetcher(SsrfGuard guard, long maxBytes) {
        this(guard, maxBytes, DEADLINE);
    }

    PictureFetcher(SsrfGuard guard, long maxBytes, Duration deadline) {
        this.guard = guard;
        this.exchange = new GuardedExchange(guard, deadline);
        this.maxBytes = maxBytes;
    }

    /**
     * The bytes of a picture, or null where too many are being fetched.
     *
     * @throws UserException if the address is not allowed, or the picture cannot be had
     */
    public byte @Nullable [] fetch(String url) {
        URI uri = guard.check(url);
        try {
            if (!places.tryAcquire(LINE_SECONDS, TimeUnit.SECONDS)) {
                return null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
        try {
            return fetch(uri);
        } finally {
            places.release();
        }
    }

    private byte[] fetch(URI first) {
        URI uri = first;
        String shown = uri.getScheme() + "://" + uri.getHost();
        try {
            for (int i = 0; i <= MAX_REDIRECTS; i++) {
                URI now = uri;
                Response response = exchange.call(now, (out, in) -> {
                    out.write((GuardedExchange.head("GET", now, "1.0") + "Accept: image/*\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    return read(new BufferedInputStream(in));
                });
                if (response.status == 200) {
                    return response.body;
                }
                if (!REDIRECTS.contains(response.status)) {
                    throw new UserException("the picture at " + shown + " cannot be fetched: the response is " + response.status);
                }
                uri = guard.check(now.resolve(response.location).toString());
            }
            throw new UserException("the picture at " + shown + " cannot be fetched: more than " + MAX_REDIRECTS + " redirects");
        } catch (UnknownHostException e) {
            throw new UserException("the picture at " + shown + " cannot be fetched: there is no such host", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException("the picture at " + shown + " cannot be fetched: " + e.getMessage(), e);
        }
    }

    private Response read(InputStream in) throws IOException {
        HttpResponseHead head = HttpResponseHead.read(in);
        if (head.status() != 200) {
            return new Response(head.status(), head.headers().getOrDefault("location", ""), new byte[0]);
        }
        if (head.headers().containsKey("transfer-encoding") || head.headers().containsKey("content-encoding")) {
            throw new IOException("the response is in an encoding that was not asked for");
        }
        byte[] body = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, maxBytes + 1));
        if (body.length > maxBytes) {
            throw new IOException("it has more than " + maxBytes + " bytes, the limit");
        }
        String length = head.headers().get("content-length");
        if (length != null && !length.equals(String.valueOf(body.length))) {
            throw new IOException("the response ended early");
        }
        return new Response(200, "", body);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
