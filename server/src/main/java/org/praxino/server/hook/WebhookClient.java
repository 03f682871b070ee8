package org.praxino.server.hook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A minimal HTTP client that posts to the address that {@link SsrfGuard} has checked; a general client would resolve the name again. Does
 * not follow redirects, reads only the status. An exchange has one deadline for all of it, however slowly the other side speaks.
 */
final class WebhookClient implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int LONGEST_STATUS_LINE = 1024;

    private final SsrfGuard guard;
    private final Duration deadline;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("praxino-webhook-deadlines").factory());

    /** @param deadline of one exchange, from connecting to the status */
    WebhookClient(SsrfGuard guard, Duration deadline) {
        this.guard = guard;
        this.deadline = deadline;
    }

    /** @return the response status */
    int send(URI uri, Map<String, String> headers, String body) throws IOException {
        InetAddress address = guard.resolve(uri);
        boolean secure = uri.getScheme().equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        var late = new AtomicBoolean();
        try (var plain = new Socket()) {
            open.add(plain);
            ScheduledFuture<?> watch = timer.schedule(() -> {
                late.set(true);
                close(plain); // whatever it waits for ends with an exception
            }, deadline.toMillis(), TimeUnit.MILLISECONDS);
            try {
                plain.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
                plain.setSoTimeout((int) deadline.toMillis());
                return secure ? secureExchange(plain, uri, port, headers, body) : exchange(plain, uri, headers, body);
            } catch (IOException e) {
                throw late.get() ? new SocketTimeoutException("no answer within " + deadline.toMillis() / 1000.0 + " s") : e;
            } finally {
                watch.cancel(false);
                open.remove(plain);
            }
        }
    }

    private static int secureExchange(Socket plain, URI uri, int port, Map<String, String> headers, String body) throws IOException {
        try (var socket = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, SsrfGuard.host(uri), port, true)) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            if (!SsrfGuard.host(uri).matches("[0-9.]+|.*:.*")) {
                parameters.setServerNames(List.of(new SNIHostName(SsrfGuard.host(uri))));
            }
            socket.setSSLParameters(parameters);
            return exchange(socket, uri, headers, body);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    /** Aborts requests in progress. */
    @Override
    public void close() {
        timer.shutdownNow();
        open.forEach(WebhookClient::close);
    }

    private static int exchange(Socket socket, URI uri, Map<String, String> headers, String body) throws IOException {
        URI ascii = URI.create(uri.toASCIIString());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String path = (ascii.getRawPath() == null || ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath())
                + (ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery());
        var head = new StringBuilder("POST ").append(path).append(" HTTP/1.1\r\n")
                .append("Host: ").append(ascii.getRawAuthority()).append("\r\n")
                .append("Content-Type: application/json\r\nContent-Length: ").append(bytes.length)
                .append("\r\nUser-Agent: praxino\r\nConnection: close\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        var out = socket.getOutputStream();
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.flush();
        return status(socket.getInputStream());
    }

    private static int status(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
            if (line.size() > LONGEST_STATUS_LINE) {
                break;
            }
        }
        String[] words = line.toString(StandardCharsets.US_ASCII).strip().split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5]\\d\\d")) {
            throw new IOException("the answer is not HTTP");
        }
        return Integer.parseInt(words[1]);
    }
}
