package org.praxino.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.praxino.server.TestServer.error;
import static org.praxino.server.TestServer.until;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.Gate;
import org.praxino.server.MultipartForm;
import org.praxino.server.TestServer;
import org.praxino.tensor.UserException;

/** A disk that is full: a file system of a megabyte, where one can be mounted. */
class FullDiskTest {
    private static final String SMALL = "{\"prompt\": \"a ball\", \"num_frames\": 1, \"num_inference_steps\": 1, \"format\": \"gif\"}";

    @TempDir
    Path folder;

    private Path jobs;

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    @BeforeEach
    void mount() throws Exception {
        jobs = Files.createDirectories(folder.resolve("data/jobs"));
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", jobs.toString()), "no file system can be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        for (int i = 0; i < 50 && !run("umount", jobs.toString()); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void fill() throws Exception {
        try (var out = Files.newOutputStream(jobs.resolve("filler"))) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException e) {
            assertThat(DiskSpace.isExhausted(new UserException("Cannot write it", e))).isTrue();
            assertThat(DiskSpace.isExhausted(new IllegalStateException("something else"))).isFalse();
        }
    }

    @Test
    void aFinishedVideoWaitsForRoom() throws Exception {
        var gate = new Gate();
        try (var s = TestServer.start(folder.resolve("data"))) {
            s.model.between = gate;
            String id = s.create(SMALL);
            gate.arrived();
            fill();
            gate.open();
            until("it waits", () -> "waiting for room on the disk".equals(s.video(id).path("stage").stringValue("")));
            assertThat(TestServer.text(s.get("/readyz"))).contains("disk").doesNotContain(folder.toString());
            assertThat(s.get("/readyz").statusCode()).isEqualTo(503);
            var upload = new MultipartForm().field("prompt", "a ball").field("num_frames", "1").file("input_reference", "a.png", "image/png", new byte[5000]);
            assertThat(error(s.form("/v1/videos", upload), 507, "storage_full").get("message").stringValue()).doesNotContain(folder.toString());
            Files.delete(jobs.resolve("filler"));
            assertThat(s.awaitEnd(id).get("status").stringValue()).isEqualTo("completed");
            until("it is ready", () -> s.get("/readyz").statusCode() == 200);
            assertThat(s.get("/v1/videos/" + id + "/content").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void oneThatWaitsCanBeCancelled() throws Exception {
        var gate = new Gate();
        try (var s = TestServer.start(folder.resolve("data"))) {
            s.model.between = gate;
            String id = s.create(SMALL);
            gate.arrived();
            fill();
            gate.open();
            until("it waits", () -> "waiting for room on the disk".equals(s.video(id).path("stage").stringValue("")));
            s.post("/v1/videos/" + id + "/cancel", "{}");
            assertThat(s.awaitEnd(id).get("status").stringValue()).isEqualTo("cancelled");
        }
    }
}
