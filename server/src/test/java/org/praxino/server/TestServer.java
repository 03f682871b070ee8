package org.praxino.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server with the tiny model on a free port, and the words to speak to it. */
public final class TestServer implements AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long PATIENCE_NANOS = 240_000_000_000L;

    public final TestModel model;
    public final PraxinoServer server;
    public String key = "";
    private final HttpClient client = HttpClient.newHttpClient();

    private TestServer(PraxinoServer server, TestModel model) {
        this.server = server;
        this.model = model;
    }

    public static ServerConfig config(Path data) {
        return new ServerConfig(new ServerConfig.Bind("127.0.0.1", 0, java.util.Set.of(), false), data, null, ServerConfig.Limits.DEFAULT,
                new ServerConfig.WebhookSettings(true, ServerConfig.WebhookSettings.DEFAULT.retryDelays()), null);
    }

    public static TestServer start(Path data) {
        return start(data, c -> c, new TestModel());
    }

    public static TestServer start(Path data, UnaryOperator<ServerConfig> change, TestModel model) {
        var running = new TestServer(PraxinoServer.start(change.apply(config(data)), List.of(() -> model)), model);
        until("the model is loaded", () -> {
            assertThat(running.server.failure()).isEmpty();
            return running.server.ready();
        });
        return running;
    }

    /** A condition that comes true by itself. */
    @FunctionalInterface
    public interface Poll {
        boolean yet() throws Exception;
    }

    public static void until(String what, Poll soon) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            while (!soon.yet()) {
                assertThat(System.nanoTime()).as("waited in vain until " + what).isLessThan(end);
                Thread.sleep(10);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    public HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(uri(path));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    public HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public HttpResponse<byte[]> get(String path, String... headers) {
        return send(request(path, headers).build());
    }

    public HttpResponse<byte[]> post(String path, String json, String... headers) {
        return send(request(path, headers).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)).build());
    }

    public HttpResponse<byte[]> delete(String path) {
        return send(request(path).DELETE().build());
    }

    public HttpResponse<byte[]> form(String path, MultipartForm form, String... headers) {
        return send(request(path, headers).header("Content-Type", form.type()).POST(BodyPublishers.ofByteArray(form.bytes())).build());
    }

    public HttpClient client() {
        return client;
    }

    public static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    public static JsonNode json(HttpResponse<byte[]> response) {
        return MAPPER.readTree(response.body());
    }

    public static JsonNode json(String text) {
        return MAPPER.readTree(text);
    }

    private static String shortened(HttpResponse<byte[]> response) {
        String text = text(response);
        return text.substring(0, Math.min(500, text.length()));
    }

    /** Expects the request to be taken. */
    public JsonNode created(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
        return json(response);
    }

    public String create(String json) {
        return created(post("/v1/videos", json)).get("id").stringValue();
    }

    public JsonNode video(String id) {
        return created(get("/v1/videos/" + id));
    }

    public String status(String id) {
        return video(id).get("status").stringValue();
    }

    public JsonNode awaitEnd(String id) {
        until(id + " ends", () -> List.of("completed", "failed", "cancelled").contains(status(id)));
        return video(id);
    }

    public JsonNode awaitStatus(String id, String status) {
        until(id + " is " + status, () -> status(id).equals(status));
        return video(id);
    }

    /** Expects an error, and gives its object. */
    public static JsonNode error(HttpResponse<byte[]> response, int status, String code) {
        assertThat(response.statusCode()).as(shortened(response)).isEqualTo(status);
        JsonNode error = json(response).get("error");
        assertThat(error.get("code").stringValue()).as(text(response)).isEqualTo(code);
        assertThat(error.get("message").stringValue()).isNotBlank();
        assertThat(error.has("type")).isTrue();
        return error;
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
