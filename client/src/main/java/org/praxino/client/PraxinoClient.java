package org.praxino.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client of one server. Thread-safe; methods block and throw {@link ServerException}.
 *
 * <pre>{@code
 * try (var client = PraxinoClient.at("http://127.0.0.1:8080")) {
 *     Video video = client.create(VideoRequest.of("a ferris wheel spinning").seed(7));
 *     client.download(client.await(video.id()), Path.of("wheel.mp4"));
 * }
 * }</pre>
 */
public final class PraxinoClient implements AutoCloseable {
    private final HttpConnection wire;

    /** A page of a list. @param more whether there are others behind it */
    public record Page(List<Video> videos, boolean more) {}

    private PraxinoClient(HttpConnection wire) {
        this.wire = wire;
    }

    /** A server that asks for no key. */
    public static PraxinoClient at(String url) {
        return new PraxinoClient(new HttpConnection(url, null));
    }

    public static PraxinoClient at(String url, String key) {
        return new PraxinoClient(new HttpConnection(url, key));
    }

    /** Names of the models served; the first is the one meant when a request names none. */
    public List<String> models() {
        return wire.get("/v1/models").get("data").valueStream().map(m -> m.get("id").stringValue()).toList();
    }

    /** Hands a job in. Should the answer get lost, sending it again under the same key makes no second job. */
    public Video create(VideoRequest request, String idempotencyKey) {
        var http = wire.request("/v1/videos").header("Idempotency-Key", idempotencyKey);
        if (request.picture() == null) {
            return video(wire.post(http, request.fields()));
        }
        String boundary = "praxino-" + UUID.randomUUID();
        return video(wire.post(http, "multipart/form-data; boundary=" + boundary, BodyPublishers.ofByteArray(form(request, boundary))));
    }

    public Video create(VideoRequest request) {
        return create(request, UUID.randomUUID().toString());
    }

    /** Generates a clip again with another prompt. */
    public Video edit(String id, VideoRequest request) {
        return video(wire.post(wire.request("/v1/videos/edits"), withVideo(id, request)));
    }

    /** Goes on from the clip's end. */
    public Video extend(String id, VideoRequest request) {
        return video(wire.post(wire.request("/v1/videos/extensions"), withVideo(id, request)));
    }

    private static Map<String, Object> withVideo(String id, VideoRequest request) {
        var fields = new LinkedHashMap<>(request.fields());
        fields.put("video", Map.of("id", id));
        return fields;
    }

    public Video get(String id) {
        return video(wire.get(path(id, "")));
    }

    /** The newest first. @param after id of the last one of the page before, or null */
    public Page list(@Nullable String after, int limit) {
        JsonNode page = wire.get("/v1/videos?limit=" + limit + (after == null ? "" : "&after=" + encoded(after)));
        return new Page(page.get("data").valueStream().map(PraxinoClient::video).toList(), page.get("has_more").booleanValue());
    }

    public Video cancel(String id) {
        return video(wire.post(wire.request(path(id, "/cancel")), Map.of()));
    }

    public void delete(String id) {
        wire.json(wire.request(path(id, "")).DELETE().build());
    }

    /** Follows a job to its end. @param receives every change, the last one included @return the job as it ended */
    public Video follow(String id, Consumer<Video> onChange) {
        var response = wire.send(wire.request(path(id, "/events")).build(), BodyHandlers.ofLines());
        var last = new ArrayList<Video>();
        try (Stream<String> lines = response.body()) {
            lines.filter(l -> l.startsWith("data: {\"")).forEach(l -> {
                Video now = video(HttpConnection.MAPPER.readTree(l.substring("data: ".length())));
                onChange.accept(now);
                last.add(now);
            });
        } catch (java.io.UncheckedIOException e) {
            return get(id); // the connection broke; the job continues
        }
        return last.isEmpty() ? get(id) : last.get(last.size() - 1);
    }

    /** Waits until nothing more happens to the job, however often the connection breaks. */
    public Video await(String id) {
        Video now = follow(id, v -> {});
        while (!now.ended()) {
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return now;
            }
            now = follow(id, v -> {});
        }
        return now;
    }

    /**
     * Saves a finished video; the file is whole or not there.
     *
     * @throws ServerException also when the job did not complete, with its error
     */
    public Path download(Video video, Path file) {
        if (video.error() != null) {
            throw new ServerException(0, video.error().code(), video.error().message(), 0);
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            wire.send(wire.request(path(video.id(), "/content")).build(), BodyHandlers.ofFile(part));
            return Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ServerException("'" + file + "' cannot be written: " + e.getMessage(), e);
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                // what is left is named .part
            }
        }
    }

    private static String path(String id, String rest) {
        return "/v1/videos/" + encoded(id) + rest;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static byte[] form(VideoRequest request, String boundary) {
        var out = new ByteArrayOutputStream();
        request.fields().forEach((name, value) -> {
            if (value instanceof Map<?, ?> object) {
                object.forEach((member, v) -> part(out, boundary, name + "[" + member + "]", String.valueOf(v)));
            } else {
                part(out, boundary, name, String.valueOf(value));
            }
        });
        try {
            out.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"input_reference\"; filename=\"picture\"\r\n"
                    + "Content-Type: application/octet-stream\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            out.writeBytes(Files.readAllBytes(java.util.Objects.requireNonNull(request.picture())));
        } catch (IOException e) {
            throw new ServerException("'" + request.picture() + "' cannot be read: " + e.getMessage(), e);
        }
        out.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static void part(ByteArrayOutputStream out, String boundary, String name, String value) {
        out.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
                .getBytes(StandardCharsets.UTF_8));
    }

    private static Video video(JsonNode v) {
        JsonNode error = v.path("error");
        return new Video(
                v.get("id").stringValue(), v.get("model").stringValue(), v.get("status").stringValue(), v.get("progress").intValue(),
                integer(v, "queue_position") == null ? null : (Integer) v.get("queue_position").intValue(), v.get("prompt").stringValue(),
                v.path("seed").asLong(0), v.path("num_frames").asInt(0), v.get("duration_seconds").doubleValue(), v.get("size").stringValue(),
                v.get("created_at").longValue(), integer(v, "completed_at"), integer(v, "expires_at"),
                error.isObject() ? new Video.VideoError(error.get("code").stringValue(), error.get("message").stringValue()) : null);
    }

    private static @Nullable Long integer(JsonNode v, String name) {
        return v.path(name).isNumber() ? (Long) v.get(name).longValue() : null;
    }

    @Override
    public void close() {
        wire.close();
    }
}
