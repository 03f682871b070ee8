package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.praxino.server.TestServer.error;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.MultipartForm;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import tools.jackson.databind.JsonNode;

/** What is refused, and how: one server for all, which is none the worse for it afterwards. */
class ErrorsTest {
    @TempDir
    static Path folder;

    private static TestServer s;

    @BeforeAll
    static void start() {
        s = TestServer.start(folder.resolve("data"), c ->
                new ServerConfig(new ServerConfig.Bind("127.0.0.1", 0, java.util.Set.of("https://ok.example.org"), false),
                c.data(), null, new ServerConfig.Limits(64 << 10, 1000, 200, 6000, 1 << 30, java.time.Duration.ofHours(1)),
                        new ServerConfig.WebhookSettings(false, List.of()), null),
                new TestModel());
    }

    @AfterAll
    static void stop() {
        String id = s.create("{\"prompt\": \"still well\", \"num_frames\": 1, \"num_inference_steps\": 1}");
        assertThat(s.awaitEnd(id).get("status").stringValue()).isEqualTo("completed");
        s.close();
    }

    private static JsonNode refused(String json, String code) {
        return error(s.post("/v1/videos", json), 400, code);
    }

    @Test
    void wrongFieldsAreNamed() {
        for (var e : Map.of(
                "{\"prompt\": \"a\", \"colour\": \"red\"}", "unknown_field:colour",
                "{}", "missing_field:prompt",
                "{\"prompt\": \"  \"}", "missing_field:prompt",
                "{\"prompt\": 5}", "invalid_type:prompt",
                "{\"prompt\": \"a\", \"seed\": \"7\"}", "invalid_type:seed",
                "{\"prompt\": \"a\", \"seed\": 1.5}", "invalid_type:seed",
                "{\"prompt\": \"a\", \"seconds\": \"long\"}", "invalid_type:seconds",
                "{\"prompt\": \"a\", \"seconds\": 0}", "invalid_value:seconds",
                "{\"prompt\": \"a\", \"size\": \"1280x720\"}", "unsupported_size:size",
                "{\"prompt\": \"a\", \"num_inference_steps\": 0}", "invalid_value:num_inference_steps").entrySet()) {
            String[] expected = e.getValue().split(":");
            assertThat(refused(e.getKey(), expected[0]).get("param").stringValue()).as(e.getKey()).isEqualTo(expected[1]);
        }
        for (var e : Map.of(
                "{\"prompt\": \"a\", \"fps\": 1000}", "fps",
                "{\"prompt\": \"a\", \"format\": \"avi\"}", "format",
                "{\"prompt\": \"a\", \"seconds\": 1, \"num_frames\": 9}", "num_frames",
                "{\"prompt\": \"a\", \"webhook\": {\"url\": \"http://169.254.169.254/\"}}", "webhook.url",
                "{\"prompt\": \"a\", \"webhook\": {\"url\": \"https://example.org\", \"events\": [\"video.started\"]}}",
                        "webhook.events").entrySet()) {
            assertThat(refused(e.getKey(), "invalid_value").get("param").stringValue()).as(e.getKey()).isEqualTo(e.getValue());
        }
        for (String name : List.of("lora", "kv")) {
            assertThat(refused("{\"prompt\": \"a\", \"" + name + "\": {}}", "not_supported").get("param").stringValue()).isEqualTo(name);
        }
        assertThat(refused("{\"prompt\": \"a\", \"extra_params\": {\"x\": 1}}", "unknown_field").get("param").stringValue())
                .isEqualTo("extra_params.x");
        refused("{\"prompt\": \"a\", \"num_frames\": 6}", "invalid_value");
        refused("{\"prompt\": \"a\", \"num_frames\": 9001}", "invalid_value");
        refused("{\"prompt\": \"" + "a".repeat(3000) + "\"}", "invalid_value");
        refused("{\"prompt\": \"child porn\"}", "content_policy");
    }

    @Test
    void wrongBodiesAreRefused() {
        refused("{\"prompt\": ", "invalid_json");
        refused("[]", "invalid_json");
        refused("", "invalid_json");
        refused("{\"prompt\": \"a\", \"prompt\": \"b\"}", "invalid_json");
        refused("{\"prompt\": \"a\"} x", "invalid_json");
        refused("{\"prompt\": \"a\", \"seed\": 99999999999999999999}", "invalid_type");
        refused("[".repeat(5000), "invalid_json");
        error(s.send(s.request("/v1/videos").header("Content-Type", "text/plain").POST(BodyPublishers.ofString("hello")).build()), 415,
                "unsupported_media_type");
        error(s.post("/v1/videos", "{\"prompt\": \"" + "a".repeat(70_000) + "\"}"), 413, "too_large");
        error(s.form("/v1/videos", new MultipartForm().field("prompt", "a").file("input_reference", "a.png", "image/png",
                new byte[100_000])), 413, "too_large");
        error(s.form("/v1/videos", new MultipartForm().field("prompt", "a").field("prompt", "b")), 400, "invalid_value");
        error(s.form("/v1/videos", new MultipartForm().field("prompt", "a").file("other", "a.png", "image/png", new byte[10])), 400, "unknown_field");
        var cut = s.send(s.request("/v1/videos").header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString("--x\r\nnonsense")).build());
        assertThat(cut.statusCode()).as(TestServer.text(cut)).isEqualTo(400);
    }

    @Test
    void picturesThatAreNoneAreRefused() {
        error(s.form("/v1/videos", new MultipartForm().field("prompt", "a").file("input_reference", "a.png", "image/png",
                "no picture".getBytes())), 400, "unreadable_media");
        error(s.form("/v1/videos/extensions", new MultipartForm().field("prompt", "a").file("video", "a.mp4", "video/mp4", new byte[500])),
                400, "unreadable_media");
        refused("{\"prompt\": \"a\", \"input_reference\": {\"image_url\": \"http://127.0.0.1/x.png\"}}", "unreadable_media");
        refused("{\"prompt\": \"a\", \"input_reference\": {\"file_id\": \"file-1\"}}", "not_supported");
        refused("{\"prompt\": \"a\", \"input_reference\": {\"image_url\": \"data:image/png;base64,AAAA\"}}", "unreadable_media");
        refused("{\"prompt\": \"a\", \"input_reference\": {\"image_url\": \"data:image/png,AAAA\"}}", "invalid_value");
        error(s.post("/v1/videos/edits", "{\"prompt\": \"a\"}"), 400, "missing_field");
        error(s.post("/v1/videos/edits", "{\"prompt\": \"a\", \"video\": {\"id\": \"video_none\"}}"), 404, "video_not_found");
        error(s.post("/v1/videos/edits", "{\"prompt\": \"a\", \"video\": {\"id\": \"x\", \"y\": 1}}"), 400, "unknown_field");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        error(s.get("/v1/videos/video_none"), 404, "video_not_found");
        error(s.get("/v1/videos/video_none/content"), 404, "video_not_found");
        error(s.get("/v1/videos/video_none/events"), 404, "video_not_found");
        error(s.get("/v1/videos/..%2f..%2fetc%2fpasswd/content"), 404, "video_not_found");
        error(s.delete("/v1/videos/video_none"), 404, "video_not_found");
        error(s.post("/v1/videos/video_none/cancel", "{}"), 404, "video_not_found");
        error(s.post("/v1/videos", "{\"prompt\": \"a\", \"model\": \"sora-2\"}"), 404, "model_not_found");
        error(s.get("/v1/nothing"), 404, "unknown_path");
        error(s.delete("/v1/models"), 405, "method_not_allowed");
        error(s.get("/v1/videos/video_none/content?variant=audio"), 400, "invalid_value");
    }

    @Test
    void otherPagesAndOtherNamesStayOutside() throws Exception {
        error(s.get("/v1/videos", "Origin", "https://evil.example.org"), 403, "unknown_origin");
        var allowed = s.get("/v1/videos", "Origin", "https://ok.example.org");
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://ok.example.org");
        var preflight = s.send(s.request("/v1/videos", "Origin", "https://ok.example.org").method("OPTIONS", BodyPublishers.noBody()).build());
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods").orElseThrow()).contains("POST");
        var evil = s.send(s.request("/v1/videos", "Origin", "https://evil.example.org").method("OPTIONS", BodyPublishers.noBody()).build());
        assertThat(evil.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(raw("GET /v1/videos HTTP/1.1\r\nHost: rebound.example.org\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 403")
                .contains("unknown_host");
    }

    @Test
    void answersCarryWhatProtectsThem() {
        var response = s.get("/v1/videos", "X-Request-Id", "mine-1");
        assertThat(response.headers().firstValue("X-Request-Id")).hasValue("mine-1");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow()).contains("default-src 'none'");
        assertThat(response.headers().firstValue("Server")).isEmpty();
        assertThat(s.get("/v1/videos", "X-Request-Id", "not\tgood").headers().firstValue("X-Request-Id").orElseThrow()).startsWith("req_");
    }

    private static String raw(String request) throws Exception {
        try (var socket = new java.net.Socket("127.0.0.1", s.server.port())) {
            socket.getOutputStream().write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
