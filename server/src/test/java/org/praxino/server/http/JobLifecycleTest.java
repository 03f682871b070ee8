package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.praxino.server.TestServer.error;

import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.Gate;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.tensor.LeakCheck;
import tools.jackson.databind.JsonNode;

/** Jobs while they are worked on: stopped, watched, broken, too large. */
@ExtendWith(LeakCheck.class)
class JobLifecycleTest {
    private static final String SMALL = "{\"prompt\": \"a ball\", \"num_frames\": 5, \"num_inference_steps\": 3, \"format\": \"gif\"}";

    @TempDir
    Path folder;

    private final Gate gate = new Gate();
    private TestServer s;

    @BeforeAll
    static void load(@TempDir Path other) {
        TestModel.know("a ball", "a", "warm up");
        try (var first = TestServer.start(other)) {
            first.awaitEnd(first.create(SMALL)); // what is made once, for writing files too, is not lost to the tests
        }
    }

    @BeforeEach
    void start() {
        s = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        gate.open();
        s.close();
    }

    @Test
    void aStopActsAtTheNextStep() throws Exception {
        s.model.between = gate;
        String works = s.create(SMALL);
        String waits = s.create(SMALL);
        gate.arrived();
        assertThat(s.video(works).get("status").stringValue()).isEqualTo("in_progress");
        assertThat(s.video(waits).get("queue_position").intValue()).isEqualTo(1);
        assertThat(s.created(s.post("/v1/videos/" + waits + "/cancel", "{}")).get("status").stringValue()).isEqualTo("cancelled");
        for (int i = 0; i < 2; i++) {
            JsonNode stopping = s.created(s.post("/v1/videos/" + works + "/cancel", "{}"));
            assertThat(stopping.get("status").stringValue()).as("what pollers wait through").isEqualTo("in_progress");
            assertThat(stopping.get("stage").stringValue()).isEqualTo("cancelling");
        }
        gate.go(1);
        assertThat(s.awaitEnd(works).get("status").stringValue()).as("one step was enough").isEqualTo("cancelled");
        error(s.get("/v1/videos/" + works + "/content"), 404, "not_ready");
        error(s.post("/v1/videos/edits", "{\"prompt\": \"x\", \"video\": {\"id\": \"" + works + "\"}}"), 409, "video_not_finished");
        gate.open();
        assertThat(s.awaitEnd(s.create(SMALL)).get("status").stringValue()).isEqualTo("completed");
    }

    @Test
    void deletingStopsToo() throws Exception {
        s.model.between = gate;
        String works = s.create(SMALL);
        gate.arrived();
        assertThat(s.delete("/v1/videos/" + works).statusCode()).isEqualTo(200);
        error(s.get("/v1/videos/" + works), 404, "video_not_found");
        gate.go(1);
        gate.open();
        assertThat(s.awaitEnd(s.create(SMALL)).get("status").stringValue()).isEqualTo("completed");
        assertThat(folder.resolve("jobs").resolve(works)).doesNotExist();
    }

    @Test
    void eventsTellTheWholeStory() throws Exception {
        s.model.between = gate;
        String id = s.create(SMALL);
        gate.arrived();
        var lines = new CopyOnWriteArrayList<String>(); // read while it grows
        var response = s.client().send(s.request("/v1/videos/" + id + "/events").build(), BodyHandlers.ofLines());
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        Thread reader = Thread.ofVirtual().start(() -> response.body().forEach(lines::add));
        TestServer.until("the first event", () -> lines.stream().anyMatch(l -> l.startsWith("data:")));
        gate.open();
        reader.join();
        List<JsonNode> data = lines.stream().filter(l -> l.startsWith("data: ")).map(l -> TestServer.json(l.substring(6))).toList();
        assertThat(lines.getFirst()).isEqualTo("id: 1");
        assertThat(lines.get(1)).isEqualTo("event: status");
        assertThat(data.getFirst().get("status").stringValue()).isEqualTo("in_progress");
        assertThat(data.getLast().get("status").stringValue()).isEqualTo("completed");
        assertThat(data.stream().map(d -> d.get("progress").intValue())).isSorted();
        assertThat(lines.stream().filter(l -> l.equals("event: status"))).hasSize(2);
    }

    @Test
    void whenMemoryGivesOutOneJobFailsAndTheNextWorks() {
        var steps = new AtomicInteger();
        s.model.between = (done, total, note) -> {
            if (steps.incrementAndGet() == 2) {
                throw new RuntimeException("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes.");
            }
            if (steps.get() == 10) {
                throw new OutOfMemoryError("Java heap space");
            }
        };
        JsonNode failed = s.awaitEnd(s.create(SMALL));
        assertThat(failed.get("status").stringValue()).isEqualTo("failed");
        assertThat(failed.get("error").get("code").stringValue()).isEqualTo("out_of_memory");
        assertThat(s.awaitEnd(s.create(SMALL)).get("status").stringValue()).isEqualTo("completed");
        steps.set(9);
        assertThat(s.awaitEnd(s.create(SMALL)).get("error").get("code").stringValue()).isEqualTo("out_of_memory");
        s.model.between = (done, total, note) -> {
            throw new IllegalStateException("a secret of the house");
        };
        JsonNode broken = s.awaitEnd(s.create(SMALL));
        assertThat(broken.get("error").get("code").stringValue()).isEqualTo("internal_error");
        assertThat(broken.toString()).doesNotContain("secret");
        error(s.post("/v1/videos/sync", SMALL), 500, "internal_error");
        s.model.between = org.praxino.stream.GenerationListener.NONE;
        assertThat(s.awaitEnd(s.create(SMALL)).get("status").stringValue()).isEqualTo("completed");
        String numbers = TestServer.text(s.get("/metrics"));
        assertThat(numbers).contains("praxino_oom_recoveries_total 2.0").contains("praxino_queue_depth 0.0").contains("praxino_realtime_factor")
                .contains("praxino_frames_total{model=\"tiny\"} 10.0").contains("praxino_denoise_step_duration_seconds_bucket")
                .contains("praxino_requests_total{model=\"\",outcome=\"ok\",route=\"/v1/videos/{id}\"}").doesNotContain("a ball");
    }

    @Test
    void whatDoesNotFitIsRefusedWithWhatDoes() {
        long fits = s.model.memoryBytes(5, true) >> 20;
        System.setProperty("praxino.memoryMib", String.valueOf(fits + 1));
        try {
            JsonNode error = error(s.post("/v1/videos", "{\"prompt\": \"a\", \"num_frames\": 33}"), 422, "does_not_fit");
            int nearest = error.get("nearest").get("num_frames").intValue();
            assertThat(nearest).isBetween(5, 29);
            assertThat(error.get("nearest").get("size").stringValue()).isEqualTo("32x32");
            String id = s.create("{\"prompt\": \"a\", \"num_inference_steps\": 1, \"num_frames\": " + nearest + "}");
            assertThat(s.awaitEnd(id).get("status").stringValue()).isEqualTo("completed");
            System.setProperty("praxino.memoryMib", "1");
            assertThat(error(s.post("/v1/videos", "{\"prompt\": \"a\"}"), 422, "does_not_fit").has("nearest")).isFalse();
        } finally {
            System.clearProperty("praxino.memoryMib");
        }
        assertThat(TestServer.text(s.get("/metrics"))).contains("praxino_preflight_rejections_total{reason=\"memory\"} 2.0");
    }
}
