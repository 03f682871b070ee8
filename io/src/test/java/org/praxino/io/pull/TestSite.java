package org.praxino.io.pull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A web server on the loopback interface. Serves bytes by path, with ranges, and can misbehave on request. */
final class TestSite implements AutoCloseable {
    /** Answers a request in a way of its own. */
    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /** A request as it came. */
    record Request(String uri, @Nullable String range, @Nullable String condition, @Nullable String authorization, @Nullable String proxyLogin) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final Map<String, Answer> answers = new ConcurrentHashMap<>();
    final CountDownLatch closed = new CountDownLatch(1);
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    TestSite() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Serves {@code bytes} whole or in part, breaking off after {@code most} bytes an answer. */
    static Answer file(byte[] bytes, @Nullable String etag, int most) {
        return exchange -> {
            @Nullable String range = exchange.getRequestHeaders().getFirst("Range");
            @Nullable String condition = exchange.getRequestHeaders().getFirst("If-Range");
            if (etag != null) {
                exchange.getResponseHeaders().set("ETag", etag);
            }
            int from = range == null || condition != null && !condition.equals(etag) ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (from > 0 && from >= bytes.length) {
                exchange.getResponseHeaders().set("Content-Range", "bytes */" + bytes.length);
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            if (from > 0) {
                exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
            exchange.getResponseBody().write(bytes, from, Math.min(most, bytes.length - from));
            exchange.getResponseBody().flush();
        };
    }

    static Answer file(byte[] bytes) {
        return file(bytes, null, Integer.MAX_VALUE);
    }

    static Answer status(int code, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(code, -1);
        };
    }

    /** First one answer each, then the last one forever. */
    static Answer inTurn(Answer... answers) {
        var left = new java.util.concurrent.ConcurrentLinkedDeque<>(Arrays.asList(answers));
        return exchange -> {
            Answer next = left.size() > 1 ? left.poll() : left.peek();
            next.to(exchange);
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            requests.add(new Request(exchange.getRequestURI().toString(), headers.getFirst("Range"), headers.getFirst("If-Range"),
                    headers.getFirst("Authorization"), headers.getFirst("Proxy-Authorization")));
            answers.getOrDefault(exchange.getRequestURI().getPath(), status(404)).to(exchange);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
