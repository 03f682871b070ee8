package org.praxino.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** HTTP requests to one server. */
final class HttpConnection implements AutoCloseable {
    static final JsonMapper MAPPER = new JsonMapper();

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String base;
    private final @Nullable String key;

    HttpConnection(String base, @Nullable String key) {
        this.base = base.replaceFirst("/+$", "");
        this.key = key;
    }

    HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(base + path));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return request;
    }

    JsonNode get(String path) {
        return json(request(path).build());
    }

    JsonNode post(HttpRequest.Builder request, Object body) {
        return post(request, "application/json", BodyPublishers.ofString(MAPPER.writeValueAsString(body)));
    }

    JsonNode post(HttpRequest.Builder request, String type, BodyPublisher body) {
        return json(request.header("Content-Type", type).POST(body).build());
    }

    JsonNode json(HttpRequest request) {
        HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
        return MAPPER.readTree(response.body());
    }

    <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
        try {
            HttpResponse<T> response = http.send(request, info -> info.statusCode() < 300
                    ? handler.apply(info)
                    : HttpResponse.BodySubscribers.mapping(HttpResponse.BodySubscribers.ofByteArray(), bytes -> {
                        throw refused(info, bytes);
                    }));
            return response;
        } catch (IOException e) {
            for (Throwable t = e; t != null; t = t.getCause()) {
                if (t instanceof ServerException refused) {
                    throw refused;
                }
            }
            throw new ServerException("the server at " + base + " cannot be asked: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted while waiting for " + base, e);
        }
    }

    private static ServerException refused(HttpResponse.ResponseInfo info, byte[] body) {
        int wait = info.headers().firstValue("Retry-After").filter(v -> v.matches("\\d{1,6}")).map(Integer::parseInt).orElse(0);
        try {
            JsonNode error = MAPPER.readTree(body).path("error");
            if (error.path("code").isString()) {
                return new ServerException(info.statusCode(), error.get("code").stringValue(), error.path("message").asString(), wait);
            }
        } catch (JacksonException e) {
            // the plain text, below
        }
        String text = new String(body, StandardCharsets.UTF_8).strip();
        return new ServerException(info.statusCode(), "http_" + info.statusCode(), text.isEmpty() ? "status " + info.statusCode() : text, wait);
    }

    @Override
    public void close() {
        if ((Object) http instanceof AutoCloseable closeable) { // from Java 21 on
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("an HTTP client does not fail to close", e);
            }
        }
    }
}
