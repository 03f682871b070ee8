package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.praxino.server.TestServer.error;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;

/** Files as browsers and download programs ask for them. */
class ContentTest {
    @TempDir
    Path folder;

    @Test
    void partsTagsAndConditions() {
        try (var s = TestServer.start(folder)) {
            String id = s.create("{\"prompt\": \"a ball\", \"num_frames\": 5, \"num_inference_steps\": 1, \"format\": \"gif\"}");
            s.awaitEnd(id);
            String path = "/v1/videos/" + id + "/content";
            var whole = s.get(path);
            byte[] all = whole.body();
            String etag = whole.headers().firstValue("ETag").orElseThrow();
            assertThat(whole.headers().firstValue("Accept-Ranges")).hasValue("bytes");
            assertThat(whole.headers().firstValue("Content-Disposition").orElseThrow()).contains(id + ".gif");

            var middle = s.get(path, "Range", "bytes=10-19");
            assertThat(middle.statusCode()).isEqualTo(206);
            assertThat(middle.headers().firstValue("Content-Range")).hasValue("bytes 10-19/" + all.length);
            assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(all, 10, 20));
            assertThat(s.get(path, "Range", "bytes=-5").body()).isEqualTo(Arrays.copyOfRange(all, all.length - 5, all.length));
            assertThat(s.get(path, "Range", "bytes=100-").body()).isEqualTo(Arrays.copyOfRange(all, 100, all.length));
            assertThat(s.get(path, "Range", "bytes=100-99999999").body()).hasSize(all.length - 100);
            for (String odd : new String[] {"bytes=1-2,5-6", "bytes=5-2", "lines=1-2", "bytes=-", "nonsense"}) {
                assertThat(s.get(path, "Range", odd).statusCode()).as(odd).isEqualTo(200);
            }
            error(s.get(path, "Range", "bytes=" + all.length + "-"), 416, "invalid_range");

            assertThat(s.get(path, "Range", "bytes=0-9", "If-Range", etag).statusCode()).isEqualTo(206);
            assertThat(s.get(path, "Range", "bytes=0-9", "If-Range", "\"other\"").body()).isEqualTo(all);
            var known = s.get(path, "If-None-Match", "\"x\", " + etag);
            assertThat(known.statusCode()).isEqualTo(304);
            assertThat(known.body()).isEmpty();
            assertThat(s.get(path, "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
            var head = s.send(s.request(path).method("HEAD", BodyPublishers.noBody()).build());
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(all.length);

            assertThat(s.delete("/v1/videos/" + id).statusCode()).isEqualTo(200);
            error(s.get(path), 404, "video_not_found");
            assertThat(folder.resolve("jobs").resolve(id)).doesNotExist();
        }
    }

    @Test
    void filesGoWhenTheirTimeIsOverAndRoomIsLimited() throws Exception {
        String id;
        try (var s = TestServer.start(folder, c -> limited(c, 1L << 30, java.time.Duration.ofMillis(1)), new TestModel())) {
            id = s.create("{\"prompt\": \"a ball\", \"num_frames\": 1, \"num_inference_steps\": 1}");
            s.awaitEnd(id);
        }
        try (var s = TestServer.start(folder, c -> limited(c, 1, java.time.Duration.ofHours(1)), new TestModel())) { // tidies up as it starts
            TestServer.until("the files are gone", () -> !Files.exists(folder.resolve("jobs").resolve(id)));
            error(s.get("/v1/videos/" + id + "/content"), 410, "expired");
            assertThat(s.status(id)).isEqualTo("completed");
            TestServer.until("their room is free", () ->
                    s.post("/v1/videos", "{\"prompt\": \"a\", \"num_frames\": 1, \"num_inference_steps\": 1}").statusCode() == 200);
            TestServer.until("one byte is full", () ->
                    s.post("/v1/videos", "{\"prompt\": \"a\", \"num_frames\": 1, \"num_inference_steps\": 1}").statusCode() == 507);
        }
    }

    private static ServerConfig limited(ServerConfig c, long disk, java.time.Duration keep) {
        var l = c.limits();
        return new ServerConfig(c.bind(), c.data(), c.database(),
                new ServerConfig.Limits(l.uploadBytes(), l.queue(), l.jobs(), l.perMinute(), disk, keep),
                c.hooks(), c.blockedWords());
    }
}
