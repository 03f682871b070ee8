package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.praxino.server.TestServer.error;
import static org.praxino.server.TestServer.json;

import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.AiBadge;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.ReadOptions;
import org.praxino.media.VideoReader;
import org.praxino.server.Gate;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.timeline.Timeline;
import tools.jackson.databind.JsonNode;

/** A model with a few-step student: which of the two makes what. */
class StudentJobsTest {
    @TempDir
    Path folder;

    @Test
    void theStudentIsTheDefaultAndTheTeacherDoesWhatItCannot() {
        try (var s = TestServer.start(folder, c -> c, new TestModel(true))) {
            JsonNode quick = s.created(s.post("/v1/videos", "{\"prompt\": \"a ball\", \"num_frames\": 9, \"seed\": 1}"));
            assertThat(quick.get("teacher").booleanValue()).isFalse();
            assertThat(quick.get("num_inference_steps").intValue()).isEqualTo(2);
            JsonNode same = s.created(s.post("/v1/videos",
                    "{\"prompt\": \"a ball\", \"num_frames\": 5, \"num_inference_steps\": 2, \"guidance_scale\": 1}"));
            assertThat(same.get("teacher").booleanValue()).as("what the schema calls the default").isFalse();
            JsonNode slow = s.created(s.post("/v1/videos", "{\"prompt\": \"a ball\", \"num_frames\": 5, \"num_inference_steps\": 3}"));
            assertThat(slow.get("teacher").booleanValue()).isTrue();
            JsonNode asked = s.created(s.post("/v1/videos", "{\"prompt\": \"a ball\", \"num_frames\": 5, \"teacher\": true}"));
            assertThat(asked.get("num_inference_steps").intValue()).isEqualTo(4);
            for (JsonNode job : List.of(quick, slow, asked)) {
                JsonNode done = s.awaitEnd(job.get("id").stringValue());
                assertThat(done.get("status").stringValue()).as(done.toString()).isEqualTo("completed");
            }
            String id = quick.get("id").stringValue();
            JsonNode edit = s.created(s.post("/v1/videos/edits", "{\"prompt\": \"a cube\", \"video\": {\"id\": \"" + id + "\"}}"));
            assertThat(edit.get("teacher").booleanValue()).isTrue();
            assertThat(edit.get("num_inference_steps").intValue()).as("the teacher's own, not the student's").isEqualTo(4);
            assertThat(s.awaitEnd(edit.get("id").stringValue()).get("status").stringValue()).isEqualTo("completed");
            error(s.post("/v1/videos/edits", "{\"prompt\": \"a\", \"teacher\": false, \"video\": {\"id\": \"" + id + "\"}}"), 400, "not_supported");
            error(s.post("/v1/videos", "{\"prompt\": \"a\", \"teacher\": false, \"num_inference_steps\": 3}"), 400, "invalid_value");
            JsonNode can = json(s.get("/v1/models")).get("data").get(0).get("capabilities");
            assertThat(can.get("live").booleanValue()).isTrue();
            JsonNode properties = can.get("parameters").get("properties");
            assertThat(properties.has("teacher")).isTrue();
            assertThat(properties.get("num_frames").get("x-usual-maximum").intValue())
                    .isLessThan(properties.get("num_frames").get("maximum").intValue());
        }
    }

    @Test
    void aTimelineIsTheSameStreamAsEverywhere() throws Exception {
        String document = "{\"prompts\": [{\"at\": 0, \"prompt\": \"a ball\"}, {\"at\": 1, \"prompt\": \"a cube\", \"transition\": {\"blend\": 0.5}}], "
                + "\"seconds\": 2, \"seed\": 5}";
        try (var s = TestServer.start(folder, c -> c, new TestModel(true))) {
            String id = s.create("{\"timeline\": " + document + ", \"format\": \"apng\", \"block_frames\": 4}");
            JsonNode done = s.awaitEnd(id);
            assertThat(done.get("status").stringValue()).as(done.toString()).isEqualTo("completed");
            assertThat(done.get("num_frames").intValue()).isEqualTo(16);
            assertThat(done.get("seed").longValue()).isEqualTo(5);
            assertThat(done.get("timeline").get("prompts").size()).isEqualTo(2);
            Path file = Files.write(folder.resolve("job.apng"), s.get("/v1/videos/" + id + "/content").body());
            List<Frame> job = VideoReader.readAll(file, ReadOptions.DEFAULT);
            var alone = new ArrayList<Frame>();
            try (var session = s.model.session(Timeline.parse(document, "it", null), StreamOptions.DEFAULT, null)) {
                session.frames().forEach(alone::add);
            }
            assertThat(job).hasSameSizeAs(alone);
            for (int i = 0; i < job.size(); i++) {
                assertThat(job.get(i).data()).as("frame " + i).isEqualTo(alone.get(i).data());
            }

            error(s.post("/v1/videos", "{\"timeline\": {\"prompts\": [{\"at\": 0, \"prompt\": \"a\"}]}}"), 400, "invalid_value");
            error(s.post("/v1/videos", "{\"timeline\": {\"prompts\": [], \"seconds\": 1}}"), 400, "invalid_value");
            error(s.post("/v1/videos", "{\"prompt\": \"a\", \"timeline\": " + document + "}"), 400, "not_supported");
            error(s.post("/v1/videos", "{\"prompt\": \"a\", \"block_frames\": 12}"), 400, "not_supported");
            error(s.post("/v1/videos", "{\"prompt\": \"a\", \"timeline\": 3}"), 400, "invalid_type");
            error(s.post("/v1/videos", "{\"timeline\": " + document.replace("a cube", "child pornography") + "}"), 400, "content_policy");
            error(s.post("/v1/videos", "{\"timeline\": " + document.replace("\"seed\": 5", "\"video\": \"/etc/passwd\"") + "}"), 400,
                    "invalid_value");
        }
        try (var s = TestServer.start(folder.resolve("other"))) {
            error(s.post("/v1/videos", "{\"timeline\": " + document + "}"), 400, "model_cannot_stream");
        }
    }

    @Test
    void previewsOfARunningClipCanBeRead() throws Exception {
        var gate = new Gate();
        try (var s = TestServer.start(folder, c -> c, new TestModel(true))) {
            s.model.between = gate;
            String id = s.create("{\"prompt\": \"a ball\", \"num_frames\": 9, \"seed\": 1}");
            gate.arrived(); // the first block is made, and nobody looked
            error(s.get("/v1/videos/" + id + "/events?preview=maybe"), 400, "invalid_value");
            var lines = new CopyOnWriteArrayList<String>();
            var response = s.client().send(s.request("/v1/videos/" + id + "/events?preview=true").build(), BodyHandlers.ofLines());
            Thread reader = Thread.ofVirtual().start(() -> response.body().forEach(lines::add));
            TestServer.until("the first event", () -> lines.contains("event: status"));
            gate.go(1);
            gate.arrived(); // the second
            TestServer.until("a picture", () -> lines.contains("event: preview") && lines.getLast().isEmpty());
            JsonNode seen = json(lines.get(lines.indexOf("event: preview") + 1).substring("data: ".length()));
            assertThat(seen.get("id").stringValue()).isEqualTo(id);
            String image = seen.get("image").stringValue();
            assertThat(image).startsWith("data:image/jpeg;base64,");
            Path file = Files.write(folder.resolve("preview.jpg"), Base64.getDecoder().decode(image.substring(image.indexOf(',') + 1)));
            assertThat(GeneratedMetadata.read(file).orElseThrow().seed()).as("it says that it is generated").isEqualTo(1);
            Frame small = VideoReader.readAll(file, ReadOptions.DEFAULT).getFirst();
            assertThat(Math.max(small.width(), small.height())).isLessThanOrEqualTo(300);
            var plain = s.client().send(s.request("/v1/videos/" + id + "/events").build(), BodyHandlers.ofLines());
            gate.open();
            assertThat(plain.body().toList()).as("who does not ask for it").doesNotContain("event: preview").contains("event: status");
            reader.join();
            assertThat(json(lines.reversed().stream().filter(l -> l.startsWith("data: ")).findFirst().orElseThrow().substring("data: ".length()))
                    .get("status").stringValue()).isEqualTo("completed");
        }
    }

    @Test
    void theBadgeIsOnEveryFrameThatAsksForItOrAllOfThem() throws Exception {
        String still = "{\"prompt\": \"a ball\", \"num_frames\": 1, \"seed\": 1, \"format\": \"png\"";
        Frame plain;
        Frame asked;
        try (var s = TestServer.start(folder, c -> c, new TestModel(true))) {
            plain = only(s, still + "}");
            asked = only(s, still + ", \"badge\": true}");
        }
        try (var s = TestServer.start(folder.resolve("all"), c -> c.withBadge(true), new TestModel(true))) {
            assertThat(only(s, still + "}").data()).isEqualTo(asked.data());
        }
        assertThat(asked.data()).isEqualTo(AiBadge.drawOn(plain).data()).isNotEqualTo(plain.data());
    }

    private Frame only(TestServer s, String body) throws Exception {
        String id = s.create(body);
        assertThat(s.awaitEnd(id).get("status").stringValue()).isEqualTo("completed");
        Path file = Files.write(folder.resolve("one.png"), s.get("/v1/videos/" + id + "/content").body());
        return VideoReader.readAll(file, ReadOptions.DEFAULT).getFirst();
    }
}
