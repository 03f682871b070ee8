package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.Png;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.live.TestClient.Received;
import tools.jackson.databind.JsonNode;

/** Clients that go away and come back, what is kept of their sessions, and the other ways of looking at one. */
@Timeout(300)
class ReconnectTest {
    @TempDir
    Path folder;

    private static LiveSettings forgetful() {
        return LiveSettings.DEFAULT.withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMillis(100));
    }

    private static String resume(JsonNode created, int run, int frame) {
        return "{\"type\": \"session.start\", \"resume_token\": \"" + created.get("resume_token").stringValue()
                + "\", \"last_frame\": {\"run\": " + run
                + ", \"frame\": " + frame + "}}";
    }

    private static List<String> pictures(List<Received> frames) {
        return frames.stream().map(g -> java.util.HexFormat.of().formatHex(g.payload())).collect(Collectors.toCollection(ArrayList::new));
    }

    /** Frames of the same session without a break. */
    private static List<String> whole(TestServer s, int count) {
        try (var c = TestClient.started(s, "")) {
            return pictures(c.frames(count));
        }
    }

    @Test
    void aLostConnectionMissesNothing() {
        try (var s = TestServer.start(folder, c -> c, new TestModel(true))) {
            List<String> all = whole(s, 16);
            var c = TestClient.started(s, "");
            JsonNode created = c.seen.getFirst().json();
            List<Received> before = c.frames(6);
            c.socket().abort();
            try (var d = TestClient.connect(s)) {
                d.send(resume(created, 1, 3)); // 4 and 5 were sent and not shown
                JsonNode resumed = d.await("session.resumed");
                assertThat(resumed.get("run").intValue()).isEqualTo(2);
                assertThat(resumed.get("frame").intValue()).isEqualTo(4);
                assertThat(resumed.get("seed")).isEqualTo(created.get("seed"));
                List<Received> after = d.frames(12);
                assertThat(after.getFirst().flags() & 8).isEqualTo(8);
                assertThat(after).extracting(Received::frame).containsExactly(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
                assertThat(pictures(after)).isEqualTo(all.subList(4, 16));
                assertThat(pictures(before)).isEqualTo(all.subList(0, 6));
            }
        }
    }

    @Test
    void aDisconnectedClientsSessionIsSavedAndResumesBitEqual() {
        try (var s = TestServer.start(folder, c -> c.withLive(forgetful()), new TestModel(true))) {
            List<String> all = whole(s, 16);
            var c = TestClient.started(s, "");
            JsonNode created = c.seen.getFirst().json();
            c.frames(6);
            c.socket().abort();
            TestServer.until("it is kept", () -> TestServer.text(s.get("/v1/realtime/sessions")).contains("\"kept\""));
            assertThat(TestServer.text(s.get("/metrics"))).contains("praxino_sessions{state=\"running\"} 0.0");
            try (var d = TestClient.connect(s)) {
                d.send(resume(created, 1, 5));
                JsonNode resumed = d.await("session.resumed");
                assertThat(resumed.get("session")).isEqualTo(created.get("session"));
                int from = resumed.get("frame").intValue();
                assertThat(pictures(d.frames(16 - from))).isEqualTo(all.subList(from, 16));
            }
        }
    }

    @Test
    void aSessionThatIsLedBackWhenItDriftsStaysSoHoweverOftenItIsKept() {
        try (var s = TestServer.start(folder, c -> c.withLive(forgetful()), new TestModel(true))) {
            var c = TestClient.started(s, "\"reanchor\": true");
            JsonNode created = c.seen.getFirst().json();
            c.frames(4);
            c.send("{\"type\": \"session.fork\"}");
            JsonNode fork = c.await("fork.ready");
            c.socket().abort();
            for (JsonNode token : List.of(created, created, fork)) { // the fork's client never came
                String id = token.get("session").stringValue();
                TestServer.until(id + " is kept", () -> kept(s, id));
                s.model.played = null;
                var d = TestClient.connect(s);
                d.send(resume(token, 9, 0)).await("session.resumed");
                assertThat(s.model.played.reanchor()).isTrue();
                d.frames(1);
                d.socket().abort();
            }
        }
        try (var s = TestServer.start(folder, c -> c, new TestModel(true)); var c = TestClient.started(s, "")) {
            assertThat(s.model.played.reanchor()).as("nobody asked for it").isFalse();
        }
    }

    private static boolean kept(TestServer s, String session) {
        for (JsonNode one : TestServer.json(s.get("/v1/realtime/sessions")).get("data")) {
            if (one.get("id").stringValue().equals(session)) {
                return one.get("state").stringValue().equals("kept");
            }
        }
        return false;
    }

    @Test
    void aStoppedServerKeepsSessionsForTheNext() {
        JsonNode created;
        List<String> all;
        try (var s = TestServer.start(folder, c -> c, new TestModel(true))) {
            all = whole(s, 16);
            var c = TestClient.started(s, "");
            created = c.seen.getFirst().json();
            c.frames(6);
            c.shows = false;
            Thread stops = Thread.ofPlatform().start(s::close);
            c.fatal("server_stopping");
            join(stops);
        }
        try (var s = TestServer.start(folder, c -> c, new TestModel(true)); var d = TestClient.connect(s)) {
            d.send(resume(created, 1, 5));
            JsonNode resumed = d.await("session.resumed");
            int from = resumed.get("frame").intValue();
            assertThat(from).isBetween(6, 8);
            assertThat(pictures(d.frames(16 - from))).isEqualTo(all.subList(from, 16));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSecondConnectionTakesTheSessionOver() {
        try (var s = TestServer.start(folder, c -> c, new TestModel(true)); var c = TestClient.started(s, ""); var d = TestClient.connect(s)) {
            JsonNode created = c.seen.getFirst().json();
            c.frames(3);
            d.send(resume(created, 1, 2));
            d.await("session.resumed");
            c.shows = false;
            c.fatal("taken_over");
            assertThat(d.frames(2).getFirst().frame()).isEqualTo(3);
        }
    }

    @Test
    void snapshotsOfOtherWeightsAreRefused() throws Exception {
        try (var s = TestServer.start(folder, c -> c, new TestModel(true)); var c = TestClient.started(s, "")) {
            c.frames(2);
            c.send("{\"type\": \"session.snapshot\"}");
            String id = c.await("snapshot.ready").get("snapshot").stringValue();
            Path file = folder.resolve("live/snapshots/" + id + ".safetensors");
            byte[] bytes = Files.readAllBytes(file);
            byte[] hash = s.model.info().hash().substring(0, 16).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int i = 0; i + hash.length < bytes.length; i++) {
                if (java.util.Arrays.equals(bytes, i, i + hash.length, hash, 0, hash.length)) {
                    bytes[i] = (byte) (bytes[i] == '0' ? '1' : '0');
                }
            }
            Files.write(file, bytes);
            try (var d = TestClient.connect(s)) {
                d.send("{\"type\": \"session.start\", \"snapshot\": \"" + id + "\"}").error("unsuitable_snapshot");
            }
        }
    }

    @Test
    void everyFormatShowsTheSameFrames() throws Exception {
        try (var s = TestServer.start(folder, c -> c, new TestModel(true))) {
            List<Frame> jpeg = new ArrayList<>();
            try (var c = TestClient.started(s, "\"formats\": [\"av2\", \"jpeg\"], \"quality\": 95")) {
                for (Received g : c.frames(12)) {
                    jpeg.addAll(read("a.jpg", g.payload()));
                }
            }
            try (var c = TestClient.started(s, "\"formats\": [\"fmp4\", \"jpeg\"]")) {
                assertThat(c.seen.getFirst().json().get("format").stringValue()).isEqualTo("fmp4");
                List<Received> frames = c.frames(12);
                Received init = c.seen.stream().filter(g -> g.kind() == 4).findFirst().orElseThrow();
                var file = new java.io.ByteArrayOutputStream();
                file.writeBytes(init.payload());
                frames.forEach(g -> file.writeBytes(g.payload()));
                assertThat(frames).extracting(Received::kind).containsOnly(5);
                similar(read("a.mp4", file.toByteArray()), jpeg);
                JsonNode reported = c.seen.stream().filter(g -> g.is("media.init")).findFirst().orElseThrow().json();
                assertThat(reported.get("mime").stringValue()).isEqualTo("video/mp4; codecs=\"vp09.00.10.08\"");
            }
            try (var c = TestClient.started(s, "\"formats\": [\"vp9\"]")) {
                List<Received> frames = c.frames(12);
                assertThat(frames).extracting(Received::kind).containsOnly(2);
                assertThat(frames.getFirst().flags() & 1).isEqualTo(1);
                assertThat(frames.get(1).flags() & 1).isZero();
                c.send("{\"type\": \"session.rewind\", \"block\": 1}").await("session.rewound");
                assertThat(c.frames(1).getFirst().flags() & 5).as("a run begins with a key frame").isEqualTo(5);
            }
        }
    }

    private List<Frame> read(String name, byte[] bytes) throws Exception {
        return VideoReader.readAll(Files.write(folder.resolve(name), bytes), ReadOptions.DEFAULT);
    }

    /** In squares of 8x8: the tiny model makes noise, whose single pixels no coder keeps. */
    private static void similar(List<Frame> some, List<Frame> others) {
        assertThat(some).hasSameSizeAs(others);
        for (int i = 0; i < some.size(); i++) {
            for (int square = 0; square < 16; square++) {
                for (int channel = 0; channel < 3; channel++) {
                    assertThat(mean(some.get(i), square, channel)).as("frame " + i).isCloseTo(mean(others.get(i), square, channel),
                            Offset.offset(20.0));
                }
            }
        }
    }

    private static double mean(Frame frame, int square, int channel) {
        double sum = 0;
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                sum += frame.at(square % 4 * 8 + x, square / 4 * 8 + y, channel);
            }
        }
        return sum / 64;
    }

    @Test
    void sentFramesAreRecordedAndShownToViewers() throws Exception {
        try (var s = TestServer.start(folder, c -> c, new TestModel(true)); var c = TestClient.started(s, "")) {
            String session = c.seen.getFirst().json().get("session").stringValue();
            var looking = s.client().sendAsync(s.request("/v1/realtime/sessions/" + session + "/live.mp4").build(), BodyHandlers.ofInputStream());
            int sent = c.frames(6).size();
            while (!looking.isDone()) { // the answer begins with the first frame that is sent after the question
                c.frames(1);
                sent++;
            }
            c.frames(8);
            sent += 8;
            var film = s.get("/v1/realtime/sessions/" + session + "/recording?format=mp4");
            assertThat(film.statusCode()).isEqualTo(200);
            Path file = Files.write(folder.resolve("film.mp4"), film.body());
            assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT).size()).isBetween(sent, sent + 4);
            assertThat(GeneratedMetadata.read(file).orElseThrow().seed()).isEqualTo(7);
            assertThat(VideoReader.readAll(Files.write(folder.resolve("film.gif"),
                    s.get("/v1/realtime/sessions/" + session + "/recording?format=gif&seconds=0.5").body()), ReadOptions.DEFAULT)).hasSize(4);
            TestServer.error(s.get("/v1/realtime/sessions/" + session + "/recording?format=avi"), 400, "invalid_value");
            TestServer.error(s.get("/v1/realtime/sessions/live_00/recording"), 404, "session_not_found");
            c.send("{\"type\": \"session.stop\"}").await("session.done");
            try (InputStream in = looking.join().body()) {
                var seen = VideoReader.readAll(Files.write(folder.resolve("seen.mp4"), in.readAllBytes()), ReadOptions.DEFAULT);
                assertThat(seen.size()).isGreaterThanOrEqualTo(8);
            }
            assertThat(s.get("/v1/realtime/sessions/" + session + "/recording").statusCode()).as("after the end").isEqualTo(200);
            assertThat(TestServer.text(s.get("/metrics"))).contains("praxino_display_lag_seconds", "praxino_time_to_first_frame_seconds",
                    "praxino_block_duration_seconds", "praxino_transport_bytes_total{format=\"jpeg\"}");
        }
    }

    @Test
    void aStreamFollowsTheFramesItIsSent() {
        try (var s = TestServer.start(folder, c -> c, new TestModel(true)); var c = TestClient.started(s, "\"input\": {\"strength\": 0.4}")) {
            JsonNode created = c.seen.getFirst().json();
            assertThat(created.get("follows_input").booleanValue()).isTrue();
            assertThat(created.get("strength").doubleValue()).isEqualTo(0.4);
            for (int i = 0; i < 5; i++) {
                byte[] png = Png.encode(Frame.filled(50, 40, new Rgb(40 * i, 90, 200)), null);
                c.send(HostileClientTest.input(1, 16, png, png.length));
            }
            assertThat(c.frames(5)).extracting(Received::frame).containsExactly(0, 1, 2, 3, 4);
            for (int i = 0; i < 40; i++) {
                byte[] png = Png.encode(Frame.filled(32, 32, new Rgb(4 * i, 90, 200)), null);
                c.send(HostileClientTest.input(1, 16, png, png.length));
            }
            c.send("{\"type\": \"input.end\"}");
            c.until(g -> c.seen.stream().anyMatch(e -> e.is("input.ended")) && c.seen.stream().anyMatch(e -> e.is("session.state")));
            assertThat(c.seen.stream().filter(g -> g.is("input.ended")).findFirst().orElseThrow().json().get("problem").isNull()).isTrue();
            int dropped = c.seen.stream().filter(g -> g.is("block.done")).mapToInt(g -> g.json().get("input_dropped").intValue()).max().orElse(0);
            assertThat(dropped).as("of forty at once a second waits").isPositive();
        }
    }
}
