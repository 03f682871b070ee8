package org.praxino.server.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
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
 * HTTP and HTTPS connections to the address that {@link SsrfGuard} has checked; a general client would resolve the name again. An exchange
 * has one deadline for all of it, however slowly the other side sends.
 */
public final class GuardedExchange implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;

    /** One request and its response. */
    @FunctionalInterface
    public interface Conversation<T> {
        T speak(OutputStream out, InputStream in) throws IOException;
    }

    private final SsrfGuard guard;
    private final Duration deadline;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("praxino-call-deadlines").factory());

    /** @param deadline of one exchange, from connecting on */
    public GuardedExchange(SsrfGuard guard, Duration deadline) {
        this.guard = guard;
        this.deadline = deadline;
    }

    /** @throws org.praxino.tensor.UserException if the address is not allowed */
    public <T> T call(URI uri, Conversation<T> conversation) throws IOException {
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
                return secure ? secure(plain, uri, port, conversation) : conversation.speak(plain.getOutputStream(), plain.getInputStream());
            } catch (IOException e) {
                throw late.get() ? new SocketTimeoutException("no answer within " + deadline.toMillis() / 1000.0 + " s") : e;
            } finally {
                watch.cancel(false);
                open.remove(plain);
            }
        }
    }

    private static <T> T secure(Socket plain, URI uri, int port, Conversation<T> conversation) throws IOException {
        try (var socket = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, SsrfGuard.host(uri), port, true)) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            if (!SsrfGuard.host(uri).matches("[0-9.]+|.*:.*")) {
                parameters.setServerNames(List.of(new SNIHostName(SsrfGuard.host(uri))));
            }
            socket.setSSLParameters(parameters);
            return conversation.speak(socket.getOutputStream(), socket.getInputStream());
        }
    }

    /** Request line and Host header. @param version {@code 1.0} for an answer that is not in chunks */
    public static String head(String method, URI uri, String version) {
        URI ascii = URI.create(uri.toASCIIString());
        String path = (ascii.getRawPath() == null || ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath())
                + (ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery());
        return method + " " + path + " HTTP/" + version + "\r\nHost: " + ascii.getRawAuthority() + "\r\nUser-Agent: praxino\r\nConnection: close\r\n";
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    /** Breaks off what is under way. */
    @Override
    public void close() {
        timer.shutdownNow();
        open.forEach(GuardedExchange::close);
    }
}
