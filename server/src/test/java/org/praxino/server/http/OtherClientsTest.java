package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.praxino.server.TestServer.error;
import static org.praxino.server.TestServer.json;

import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Png;
import org.praxino.server.Gate;
import org.praxino.server.MultipartForm;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;

/** Requests as clients of other servers send them, and odd ones: taken where nothing is changed silently, refused in a sentence otherwise. */
class OtherClientsTest {
    private static final String SMALL = "\"prompt\": \"a ball\", \"num_frames\": 1, \"num_inference_steps\": 1, \"format\": \"gif\"";

    @TempDir
    static Path folder;

    private static TestServer s;

    @BeforeAll
    static void start() {
        s = TestServer.start(folder.resolve("data"), c -> new ServerConfig(c.bind(), c.data(), null,
                new ServerConfig.Limits(1 << 20, 1000, 4, 6000, 1 << 30, Duration.ofHours(1)), c.hooks(), null)
                .withAliases(java.util.Map.of("sora-2", "tiny")), new TestModel());
    }

    @AfterAll
    static void stop() {
        s.close();
    }

    private static void taken(String fields) {
        s.awaitEnd(s.create("{" + SMALL + ", " + fields + "}"));
    }

    private static void refused(String fields, String code, String param) {
        assertThat(error(s.post("/v1/videos", "{" + SMALL + ", " + fields + "}"), 400, code).get("param").stringValue()).isEqualTo(param);
    }

    @Test
    void whatChangesNothingIsTaken() {
        taken("\"width\": 32, \"height\": 32");
        taken("\"size\": \"auto\", \"n\": 1, \"user\": \"me\", \"quality\": \"auto\", \"generator_device\": \"cuda\"");
        taken("\"model\": \"sora-2\"");
        assertThat(json(s.get("/v1/models/sora-2")).get("id").stringValue()).isEqualTo("tiny");
        taken("\"size\": \"\", \"extra_params\": {}");
        var form = new MultipartForm().field("prompt", "a ball").field("num_frames", "1").field("num_inference_steps", "1").field("format", "gif");
        s.awaitEnd(s.created(s.form("/v1/videos", form.field("extra_params", "{}"))).get("id").stringValue());
        String picture = "data:image/png;base64," + Base64.getEncoder().encodeToString(Png.encode(new Frame(32, 32, 3, new byte[32 * 32 * 3]), null));
        var answer = s.post("/v1/videos", "{" + SMALL + ", \"input_reference\": \"" + picture + "\"}");
        assertThat(TestServer.text(answer)).as("it is read as a picture, whatever the model makes of it").doesNotContain("invalid_type", "unknown_field");
        var both = s.post("/v1/videos", "{" + SMALL + ", \"input_reference\": \"" + picture + "\", \"image_reference\": \"" + picture + "\"}");
        assertThat(error(both, 400, "invalid_value").get("param").stringValue()).isEqualTo("image_reference");
    }

    @Test
    void whatWouldChangeTheResultIsRefused() {
        refused("\"width\": 64, \"height\": 32", "unsupported_size", "size");
        refused("\"width\": 32", "missing_field", "height");
        refused("\"size\": \"32x32\", \"width\": 64, \"height\": 64", "invalid_value", "size");
        refused("\"n\": 2", "not_supported", "n");
        refused("\"quality\": \"hd\"", "not_supported", "quality");
        refused("\"extra_params\": {\"shift\": 5}", "unknown_field", "extra_params.shift");
        refused("\"fps\": 1e-300", "invalid_value", "fps");
        refused("\"negative_prompt\": \"" + "a".repeat(2001) + "\"", "invalid_value", "negative_prompt");
        refused("\"model\": \"a\\u0000b\"", "invalid_value", "model");
        refused("\"negative_prompt\": \"half \\ud83d\"", "invalid_value", "negative_prompt");
        error(s.get("/v1/videos?limit=1&limit=2"), 400, "invalid_value");
        error(s.send(s.request("/v1/videos").header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString("prompt=%zz")).build()),
                400, "invalid_body");
        error(s.form("/v1/videos", new MultipartForm().field("prompt", "a").field("extra_params", "{\"shift\": 5}")), 400, "unknown_field");
        error(s.form("/v1/videos", new MultipartForm().field("prompt", "a").field("extra_params", "nonsense")), 400, "invalid_json");
        error(s.post("/v1/images/generations", "{\"prompt\": \"a\", \"negative_prompt\": \"" + "a".repeat(2001) + "\"}"), 400, "invalid_value");
    }

    /** A prompt of which some bytes were replaced is another prompt, and one that shows nothing is none. */
    @Test
    void whatIsNoTextIsRefused() {
        var latin = BodyPublishers.ofByteArray("{\"prompt\": \"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        error(s.send(s.request("/v1/videos").header("Content-Type", "application/json").POST(latin).build()), 400, "invalid_body");
        var escaped = BodyPublishers.ofString("prompt=caf%E9");
        assertThat(error(s.send(s.request("/v1/videos").header("Content-Type", "application/x-www-form-urlencoded").POST(escaped).build()), 400,
                "invalid_value").get("param").stringValue()).isEqualTo("prompt");
        for (String empty : List.of("\\u200b\\u200b", "\\u00a0\\n", "\\u2066\\u2069", " ")) {
            assertThat(s.post("/v1/videos", "{\"prompt\": \"" + empty + "\", \"num_frames\": 1}").statusCode()).as(empty).isEqualTo(400);
        }
        s.awaitEnd(s.create("\ufeff{" + SMALL + "}")); // a byte order mark changes nothing
        assertThat(error(s.post("/v1/videos", "{" + SMALL + "}\n{" + SMALL + "}"), 400, "invalid_json").get("message").stringValue())
                .isEqualTo("the body holds more than one JSON value.");
        var twice = BodyPublishers.ofString("prompt=a&video=x&video%5Bid%5D=video_1");
        assertThat(error(s.send(s.request("/v1/videos/edits").header("Content-Type", "application/x-www-form-urlencoded").POST(twice).build()), 400,
                "invalid_value").get("message").stringValue()).contains("video and video[id] say the same");
    }

    @Test
    void framesAreRoundedWhereAskedFor() throws Exception {
        refused("\"round_num_frames\": \"yes\"", "invalid_type", "round_num_frames");
        String fields = "\"prompt\": \"a ball\", \"num_inference_steps\": 1, \"format\": \"gif\"";
        error(s.post("/v1/videos", "{" + fields + ", \"num_frames\": 7}"), 400, "invalid_value");
        var rounded = s.created(s.post("/v1/videos", "{" + fields + ", \"num_frames\": 8, \"round_num_frames\": true}"));
        assertThat(rounded.get("num_frames").intValue()).isEqualTo(9);
        String id = rounded.get("id").stringValue();
        for (var video : List.of(rounded, s.awaitEnd(id))) {
            assertThat(video.get("notes").get(0).stringValue()).isEqualTo("num_frames 8 was rounded to 9, the nearest possible length");
        }
        var exact = s.created(s.form("/v1/videos", new MultipartForm().field("prompt", "a ball").field("num_inference_steps", "1").field("format", "gif")
                .field("num_frames", "5").field("round_num_frames", "true")));
        assertThat(exact.get("notes")).isEmpty();
        var longer = s.created(s.post("/v1/videos/extensions", "{" + fields + ", \"video\": {\"id\": \"" + id
                + "\"}, \"num_frames\": 1, \"round_num_frames\": true}"));
        assertThat(longer.get("num_frames").intValue()).isEqualTo(13);
        assertThat(longer.get("notes").get(0).stringValue()).contains("num_frames 1 was rounded to 4");
        s.awaitEnd(exact.get("id").stringValue());
        s.awaitEnd(longer.get("id").stringValue());
    }

    @Test
    void pictureAnswersHaveWhatOthersHave() {
        var made = json(s.post("/v1/images/generations", "{\"prompt\": \"a ball\", \"num_inference_steps\": 1, \"user\": \"me\", \"quality\": \"auto\"}"));
        assertThat(made.get("quality").stringValue()).isEqualTo("standard");
        assertThat(made.get("background").stringValue()).isEqualTo("opaque");
        assertThat(made.get("output_format").stringValue()).isEqualTo("png");
        assertThat(made.get("created").longValue()).isPositive();
        assertThat(made.get("data").get(0).get("b64_json").stringValue()).isNotBlank();
        error(s.post("/v1/images/generations", "{\"prompt\": \"a\", \"background\": \"transparent\"}"), 400, "not_supported");
        error(s.post("/v1/images/generations", "{\"prompt\": \"a\", \"output_format\": \"jpeg\"}"), 400, "not_supported");
    }

    @Test
    void listsLeaveOutWhatIsLong() {
        try (var streams = TestServer.start(folder.resolve("streams"), c -> c, new TestModel(true))) {
            var prompts = new StringBuilder();
            for (int i = 1; i <= 3; i++) {
                prompts.append(", {\"at\": ").append(i / 10.0).append(", \"prompt\": \"").append("a ".repeat(900)).append(i).append("\"}");
            }
            String id = streams.create("{\"format\": \"gif\", \"timeline\": {\"seconds\": 1, \"prompts\": [{\"at\": 0, \"prompt\": \"a cat\"}"
                    + prompts + "]}}");
            assertThat(streams.video(id).get("timeline").get("prompts")).hasSize(4);
            var listed = json(streams.get("/v1/videos")).get("data").get(0);
            assertThat(listed.get("timeline").isNull()).isTrue();
            assertThat(listed.toString().length()).isLessThan(4000);
            streams.delete("/v1/videos/" + id);
        }
    }

    @Test
    void clientsSeeNoPathsOfTheServer() {
        var broken = new MultipartForm().field("prompt", "a").field("num_frames", "1").file("input_reference", "a.png", "image/png", new byte[] {1, 2, 3});
        assertThat(error(s.form("/v1/videos", broken), 400, "unreadable_media").get("message").stringValue()).doesNotContain(folder.toString(), "/tmp", "source");
        var source = new MultipartForm().field("prompt", "a").file("video", "a.mp4", "video/mp4", new byte[5000]);
        assertThat(error(s.form("/v1/videos/extensions", source), 400, "unreadable_media").get("message").stringValue())
                .doesNotContain(folder.toString(), "/tmp", "source");
        s.model.between = (done, total, phase) -> {
            throw new org.praxino.tensor.UserException("'" + folder.resolve("data/jobs") + "' cannot be read: it is gone");
        };
        try {
            String id = s.create("{" + SMALL + "}");
            assertThat(s.awaitEnd(id).get("error").get("message").stringValue()).doesNotContain(folder.toString());
        } finally {
            s.model.between = org.praxino.stream.GenerationListener.NONE;
        }
    }

    @Test
    void aCursorOutlivesItsRow() {
        String first = s.create("{" + SMALL + "}");
        String second = s.create("{" + SMALL + "}");
        String third = s.create("{" + SMALL + "}");
        List.of(first, second, third).forEach(s::awaitEnd);
        s.delete("/v1/videos/" + second);
        var page = json(s.get("/v1/videos?limit=1&after=" + second)).get("data");
        assertThat(page.get(0).get("id").stringValue()).isEqualTo(first);
        error(s.get("/v1/videos?after=video_none"), 400, "invalid_value");
    }

    @Test
    void picturesThatHaveNoRoomLeaveNothingBehind() throws Exception {
        var gate = new Gate();
        s.model.between = gate;
        try {
            String works = s.create("{" + SMALL + "}");
            gate.arrived();
            error(s.post("/v1/images/generations", "{\"prompt\": \"a\", \"n\": 4}"), 429, "too_many_jobs");
            error(s.post("/v1/images/generations", "{\"prompt\": \"a\", \"n\": 5}"), 400, "invalid_value");
            s.create("{" + SMALL + "}");
            s.create("{" + SMALL + "}");
            s.create("{" + SMALL + "}"); // of four places, none was taken by the pictures
            error(s.post("/v1/videos", "{" + SMALL + "}"), 429, "too_many_jobs");
            assertThat(works).isNotBlank();
        } finally {
            gate.open();
            s.model.between = org.praxino.stream.GenerationListener.NONE;
        }
        TestServer.until("all is made", () -> json(s.get("/v1/videos")).get("data").valueStream()
                .allMatch(v -> List.of("completed", "failed", "cancelled").contains(v.get("status").stringValue())));
    }

    private static String raw(String request) throws Exception {
        try (var socket = new Socket("127.0.0.1", s.server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void oddRequestsGetASentenceAndNoPage() throws Exception {
        for (String type : List.of("application/json; charset=klingon", "application/json; charset=utf-16", "application/json; charset=\u00e4",
                "application/x-www-form-urlencoded; charset=nonsense")) {
            String answer = raw("POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + type
                    + "\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(answer).as(type).startsWith("HTTP/1.1 4").doesNotContain("<html", "Exception");
        }
        for (String chunk : List.of("zz\r\n", "-5\r\nabc", "ffffffffffffffffff\r\n", "5\r\n{}\r\n")) {
            String answer = raw("POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "\r\n0\r\n\r\n");
            assertThat(answer).as(chunk).startsWith("HTTP/1.1 4").doesNotContain("<html", "Exception");
        }
        for (String line : List.of("GET /%zz HTTP/1.1", "GET /v1/videos/%00 HTTP/1.1", "GET /\u00ff HTTP/1.1", "GET / HTTP/9.9", "G\u0001T / HTTP/1.1",
                "GET /a/../../b HTTP/1.1", "GET //..;/x HTTP/1.1")) {
            assertThat(raw(line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n")).as(line).startsWith("HTTP/1.1 ").doesNotContain("<html", "<h1>", "Jetty");
        }
        var answer = s.post("/v1/videos", "{\"prompt\": \"a\", \"model\": \"" + "m".repeat(100_000) + "\"}");
        assertThat(error(answer, 404, "model_not_found").get("message").stringValue()).hasSizeLessThan(300);
        for (String broken : List.of("{\"prompt\": NaN}", "{'prompt': 'a'}", "{\"prompt\": \"\u0001\"}", "{\"prompt\": 01}", "{\"a\": 1,}",
                "{\"prompt\": /* c */ 1}")) {
            assertThat(error(s.post("/v1/videos", broken), 400, "invalid_json").get("message").stringValue()).as(broken)
                    .doesNotContain("Feature", "StreamRead", "JsonRead", "REDACTED", "Source:");
        }
        assertThat(error(s.post("/v1/videos", "[".repeat(5000)), 400, "invalid_json").get("message").stringValue()).contains("nesting depth (501)")
                .doesNotContain("Stream", "`");
        assertThat(s.send(s.request("/v1/videos").header("Content-Type", "application/json").POST(BodyPublishers.ofString("{}")).build()).statusCode())
                .isEqualTo(400);
    }
}
