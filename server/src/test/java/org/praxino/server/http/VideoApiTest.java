package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.praxino.server.TestServer.error;
import static org.praxino.server.TestServer.json;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.Png;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.server.MultipartForm;
import org.praxino.server.TestServer;
import tools.jackson.databind.JsonNode;

/** The job shape over real HTTP, with the tiny model: what is made, shown, listed, edited, extended. */
class VideoApiTest {
    @TempDir
    Path folder;

    private TestServer s;

    @BeforeEach
    void start() {
        s = TestServer.start(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        s.close();
    }

    private List<Frame> frames(String id) throws Exception {
        var content = s.get("/v1/videos/" + id + "/content");
        assertThat(content.statusCode()).isEqualTo(200);
        Path file = folder.resolve(id);
        Files.write(file, content.body());
        return VideoReader.readAll(file, ReadOptions.DEFAULT);
    }

    @Test
    void aPromptBecomesAVideo() throws Exception {
        JsonNode job = s.created(s.post("/v1/videos", "{\"prompt\": \"a red ball\", \"seconds\": \"1\", \"size\": \"32x32\", \"seed\": 7}"));
        assertThat(job.get("object").stringValue()).isEqualTo("video");
        assertThat(job.get("status").stringValue()).isIn("queued", "in_progress");
        assertThat(job.get("prompt").stringValue()).isEqualTo("a red ball");
        assertThat(job.get("size").stringValue()).isEqualTo("32x32");
        assertThat(job.get("num_frames").intValue()).isEqualTo(9);
        assertThat(job.get("seconds").stringValue()).isEqualTo("1");
        assertThat(job.get("duration_seconds").doubleValue()).isEqualTo(1.125);
        assertThat(job.get("notes")).isEmpty();
        assertThat(job.get("seed").longValue()).isEqualTo(7);
        String id = job.get("id").stringValue();

        JsonNode done = s.awaitEnd(id);
        assertThat(done.get("status").stringValue()).as(done.toString()).isEqualTo("completed");
        assertThat(done.get("progress").intValue()).isEqualTo(100);
        assertThat(done.get("completed_at").longValue()).isGreaterThanOrEqualTo(done.get("created_at").longValue());
        assertThat(done.get("expires_at").longValue()).isGreaterThan(done.get("completed_at").longValue());
        assertThat(done.get("error").isNull()).isTrue();

        assertThat(frames(id)).hasSize(9).allMatch(f -> f.width() == 32 && f.height() == 32);
        GeneratedMetadata said = GeneratedMetadata.read(folder.resolve(id)).orElseThrow();
        assertThat(said.prompt()).isEqualTo("a red ball");
        assertThat(said.seed()).isEqualTo(7);
        var thumbnail = s.get("/v1/videos/" + id + "/content?variant=thumbnail");
        assertThat(thumbnail.headers().firstValue("Content-Type")).hasValue("image/jpeg");
        Files.write(folder.resolve("sheet"), s.get("/v1/videos/" + id + "/content?variant=spritesheet").body());
        assertThat(VideoReader.readAll(folder.resolve("sheet"), ReadOptions.DEFAULT).getFirst().width()).isGreaterThan(6 * 32);
    }

    @Test
    void wordsThatTheModelDoesNotKnowAreReported() throws Exception {
        JsonNode known = s.created(s.post("/v1/videos", "{\"prompt\": \"a \ud83d\udc31 and a \u706b\u7bad\", \"num_frames\": 1}"));
        assertThat(known.get("warnings").size()).isZero();
        JsonNode job = s.created(s.post("/v1/videos", "{\"prompt\": \"a \u03b3\u03ac\u03c4\u03b1\", \"num_frames\": 1}"));
        assertThat(job.get("warnings").size()).isEqualTo(1);
        assertThat(job.get("warnings").get(0).stringValue()).contains("does not know \"\u03b3\u03ac\u03c4\u03b1\"");
        assertThat(s.awaitEnd(job.get("id").stringValue()).get("warnings").size()).isEqualTo(1);
    }

    @Test
    void sameSeedSameFileAndEveryFormat() {
        var bytes = new ArrayList<byte[]>();
        for (String format : List.of("mp4", "mp4", "webm", "gif", "webp", "apng", "png")) {
            String id = s.create("{\"prompt\": \"a cat\", \"seed\": 3, \"num_frames\": 5, \"num_inference_steps\": 2, \"format\": \""
                    + format + "\"}");
            assertThat(s.awaitEnd(id).get("status").stringValue()).isEqualTo("completed");
            var content = s.get("/v1/videos/" + id + "/content");
            assertThat(content.headers().firstValue("Content-Type").orElseThrow()).endsWith("/" + format);
            bytes.add(content.body());
        }
        assertThat(bytes.get(0)).isEqualTo(bytes.get(1));
    }

    @Test
    void aFormWithAPictureBeginsWithIt() throws Exception {
        byte[] picture = Png.encode(Frame.filled(64, 48, new Rgb(200, 30, 30)), null);
        JsonNode job = s.created(s.form("/v1/videos", new MultipartForm().field("prompt", "a ball").field("seconds", "1").field("seed", "5")
                .file("input_reference", "red.png", "image/png", picture)));
        assertThat(s.awaitEnd(job.get("id").stringValue()).get("status").stringValue()).isEqualTo("completed");
        JsonNode plain = s.created(s.form("/v1/videos", new MultipartForm().field("prompt", "a ball").field("seconds", "1").field("seed", "5")));
        s.awaitEnd(plain.get("id").stringValue());
        assertThat(frames(job.get("id").stringValue()).getFirst().data()).isNotEqualTo(frames(plain.get("id").stringValue()).getFirst().data());
        String url = "data:image/png;base64," + java.util.Base64.getEncoder().encodeToString(picture);
        String third = s.create("{\"prompt\": \"a ball\", \"seconds\": 1, \"seed\": 5, \"input_reference\": {\"image_url\": \"" + url + "\"}}");
        s.awaitEnd(third);
        assertThat(s.get("/v1/videos/" + third + "/content").body())
                .isEqualTo(s.get("/v1/videos/" + job.get("id").stringValue() + "/content").body());
    }

    @Test
    void videosAreEditedExtendedAndRemixed() throws Exception {
        String id = s.create("{\"prompt\": \"a dog\", \"seed\": 11, \"num_inference_steps\": 2}");
        assertThat(s.awaitEnd(id).get("status").stringValue()).isEqualTo("completed");
        JsonNode edit = s.created(s.post("/v1/videos/edits", "{\"video\": {\"id\": \"" + id + "\"}, \"prompt\": \"a blue dog\"}"));
        assertThat(edit.get("remixed_from_video_id").stringValue()).isEqualTo(id);
        assertThat(edit.get("seed").longValue()).isEqualTo(11);
        assertThat(edit.get("num_inference_steps").intValue()).isEqualTo(2);
        assertThat(edit.get("num_frames").intValue()).isEqualTo(9);
        JsonNode remix = s.created(s.post("/v1/videos/" + id + "/remix", "{\"prompt\": \"a green dog\"}"));
        assertThat(remix.get("task").stringValue()).isEqualTo("edit");
        JsonNode longer = s.created(s.post("/v1/videos/extensions", "{\"video\": {\"id\": \"" + id
                + "\"}, \"prompt\": \"it runs\", \"seconds\": \"1.5\"}"));
        assertThat(longer.get("num_frames").intValue()).isEqualTo(9 + 12);
        assertThat(longer.get("seconds").stringValue()).isEqualTo("3");
        assertThat(longer.get("duration_seconds").doubleValue()).isEqualTo(2.625);
        byte[] file = s.get("/v1/videos/" + id + "/content").body();
        JsonNode uploaded = s.created(s.form("/v1/videos/extensions", new MultipartForm().field("prompt", "it runs").field("num_frames", "4")
                .file("video", "dog.mp4", "video/mp4", file)));
        for (JsonNode job : List.of(edit, remix, longer, uploaded)) {
            JsonNode done = s.awaitEnd(job.get("id").stringValue());
            assertThat(done.get("status").stringValue()).as(done.toString()).isEqualTo("completed");
        }
        assertThat(frames(longer.get("id").stringValue())).hasSize(21);
        assertThat(frames(uploaded.get("id").stringValue())).hasSize(13);
        try (var left = Files.list(folder.resolve("data/jobs").resolve(uploaded.get("id").stringValue()))) {
            assertThat(left.map(p -> p.getFileName().toString())).as("what came in is not kept").containsExactly("out");
        }
    }

    @Test
    void listsGoPageByPage() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            ids.add(s.create("{\"prompt\": \"number " + i + "\", \"num_frames\": 1, \"num_inference_steps\": 1}"));
        }
        ids.forEach(s::awaitEnd);
        JsonNode first = json(s.get("/v1/videos?limit=2&order=asc"));
        assertThat(first.get("data").valueStream().map(v -> v.get("id").stringValue())).containsExactlyElementsOf(ids.subList(0, 2));
        assertThat(first.get("has_more").booleanValue()).isTrue();
        JsonNode rest = json(s.get("/v1/videos?limit=5&order=asc&after=" + first.get("last_id").stringValue()));
        assertThat(rest.get("data").valueStream().map(v -> v.get("id").stringValue())).containsExactlyElementsOf(ids.subList(2, 5));
        assertThat(rest.get("has_more").booleanValue()).isFalse();
        assertThat(json(s.get("/v1/videos")).get("first_id").stringValue()).isEqualTo(ids.getLast());
        error(s.get("/v1/videos?after=video_none"), 400, "invalid_value");
        error(s.get("/v1/videos?limit=0"), 400, "invalid_value");
        error(s.get("/v1/videos?page=2"), 400, "unknown_field");
    }

    @Test
    void anIdempotencyKeyMakesOneJob() {
        String body = "{\"prompt\": \"once\", \"num_frames\": 1, \"num_inference_steps\": 1}";
        var first = s.post("/v1/videos", body, "Idempotency-Key", "k1");
        var again = s.post("/v1/videos", "{\"num_inference_steps\": 1, \"num_frames\": 1, \"prompt\": \"once\"}", "Idempotency-Key", "k1");
        assertThat(s.created(again).get("id")).isEqualTo(s.created(first).get("id"));
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        error(s.post("/v1/videos", body.replace("once", "twice"), "Idempotency-Key", "k1"), 409, "idempotency_conflict");
        assertThat(s.created(s.post("/v1/videos", body, "Idempotency-Key", "k2")).get("id")).isNotEqualTo(s.created(first).get("id"));
    }

    @Test
    void syncAnswersWithTheFileAndImagesAreOneFrame() throws Exception {
        var sync = s.post("/v1/videos/sync", "{\"prompt\": \"now\", \"num_frames\": 5, \"num_inference_steps\": 1, \"format\": \"gif\"}");
        assertThat(sync.statusCode()).isEqualTo(200);
        assertThat(sync.headers().firstValue("Content-Type")).hasValue("image/gif");
        Files.write(folder.resolve("sync.gif"), sync.body());
        assertThat(VideoReader.readAll(folder.resolve("sync.gif"), ReadOptions.DEFAULT)).hasSize(5);
        JsonNode images = s.created(s.post("/v1/images/generations",
                "{\"prompt\": \"an apple\", \"n\": 2, \"seed\": 4, \"num_inference_steps\": 1}"));
        assertThat(images.get("data").size()).isEqualTo(2);
        Files.write(folder.resolve("a.png"), java.util.Base64.getDecoder().decode(images.get("data").get(0).get("b64_json").stringValue()));
        assertThat(VideoReader.readAll(folder.resolve("a.png"), ReadOptions.DEFAULT)).hasSize(1);
        assertThat(images.get("data").get(1).get("seed").intValue()).isEqualTo(5);
        assertThat(json(s.get("/v1/videos")).get("data").size()).as("pictures are not listed as videos").isEqualTo(1);
        JsonNode url = s.created(s.post("/v1/images/generations",
                "{\"prompt\": \"an apple\", \"response_format\": \"url\", \"num_inference_steps\": 1}"));
        assertThat(url.get("data").get(0).get("url").stringValue()).endsWith("/content");
    }

    @Test
    void modelsSayWhatTheyCan() {
        JsonNode model = json(s.get("/v1/models")).get("data").get(0);
        assertThat(model.get("id").stringValue()).isEqualTo("tiny");
        JsonNode can = model.get("capabilities");
        assertThat(can.get("tasks").toString()).contains("extend");
        assertThat(can.get("parameters").get("properties").get("num_frames").get("maximum").intValue()).isEqualTo(33);
        assertThat(s.created(s.get("/v1/models/tiny"))).isEqualTo(model);
        assertThat(model.get("showcase").toString()).isEqualTo("[{\"prompt\":\"a ferris wheel spinning\",\"seed\":3,\"score\":0.2},"
                + "{\"prompt\":\"a cat waving\",\"seed\":7,\"score\":0.1}]");
        error(s.get("/v1/models/none"), 404, "model_not_found");
    }
}
