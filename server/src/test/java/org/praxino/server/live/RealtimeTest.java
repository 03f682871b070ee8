package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Jpeg;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.live.TestClient.Received;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a client sees that does everything right: a tiny model, 1 frame in the first block, then 4, 8 frames a second. */
@Timeout(300)
class RealtimeTest {
    @TempDir
    static Path folder;

    private static TestServer s;

    @BeforeAll
    static void start() {
        s = TestServer.start(folder, c -> c, new TestModel(true));
    }

    @AfterAll
    static void stop() {
        s.close();
    }

    /** What the library gives for a timeline, as the server would code it. */
    private static List<byte[]> expected(Timeline timeline, int count) {
        var out = new ArrayList<byte[]>();
        try (var jpeg = new Jpeg(32, 32, 85); var session = s.model.session(timeline, StreamOptions.DEFAULT, null)) {
            for (int i = 0; i < count; i++) {
                Frame frame = session.frames().next();
                out.add(jpeg.encodeMarked(frame));
            }
        }
        return out;
    }

    private static List<byte[]> payloads(List<Received> frames) {
        return frames.stream().map(Received::payload).toList();
    }

    @Test
    void aSessionReportsItsPropertiesAndSendsTheFramesOfTheLibraryInOrder() {
        try (var c = TestClient.started(s, "\"event_id\": \"e1\"")) {
            JsonNode created = c.seen.getFirst().json();
            assertThat(created.get("event_id").stringValue()).isEqualTo("e1");
            assertThat(created.get("session").stringValue()).startsWith("live_");
            assertThat(created.get("size").stringValue()).isEqualTo("32x32");
            assertThat(created.get("fps").doubleValue()).isEqualTo(8);
            assertThat(created.get("seed").longValue()).isEqualTo(7);
            assertThat(created.get("block_frames").intValue()).isEqualTo(4);
            assertThat(created.get("buffer_frames").intValue()).isEqualTo(2);
            assertThat(created.get("run").intValue()).isEqualTo(1);
            assertThat(created.get("frame").intValue()).isZero();
            assertThat(created.get("state").stringValue()).isEqualTo("running");
            List<Received> frames = c.frames(14);
            assertThat(payloads(frames)).containsExactlyElementsOf(expected(Timeline.of("a cat").withSeed(7L), 14));
            assertThat(frames).extracting(Received::frame).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
            assertThat(frames).extracting(Received::block).containsExactly(0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4);
            assertThat(frames).extracting(Received::run).containsOnly(1);
            assertThat(frames).extracting(Received::kind).containsOnly(1);
            assertThat(frames.getFirst().flags()).isEqualTo(1 | 2 | 4);
            assertThat(frames.get(1).flags()).isEqualTo(1);
            assertThat(frames.get(4).flags()).isEqualTo(1 | 2);
            assertThat(frames.get(9).seconds()).isEqualTo(9 / 8.0);
            int init = indexOf(c, g -> g.is("media.init"));
            assertThat(init).isBetween(0, indexOf(c, g -> g.media() != null));
            assertThat(c.seen.get(init).json().get("format").stringValue()).isEqualTo("jpeg");
            JsonNode done = c.await("block.done");
            assertThat(done.get("prompt").stringValue()).isEqualTo("a cat");
            assertThat(done.get("drift").has("score")).isTrue();
            assertThat(done.get("make_ms").doubleValue()).isPositive();
        }
    }

    private static int indexOf(TestClient c, java.util.function.Predicate<Received> what) {
        return c.seen.indexOf(c.seen.stream().filter(what).findFirst().orElseThrow());
    }

    @Test
    void noMoreThanTheCreditIsSent() {
        try (var c = TestClient.connect(s)) {
            c.shows = false;
            c.send("{\"type\": \"session.start\", \"prompt\": \"a cat\", \"buffer_ms\": 300}");
            c.await("session.created");
            assertThat(c.frames(2)).extracting(Received::frame).containsExactly(0, 1);
            assertThat(c.await("flow.paused").get("frame").intValue()).isEqualTo(2);
            Received more = c.within(300);
            assertThat(more == null || more.media() == null).isTrue();
            c.show(1, 0);
            assertThat(c.until(g -> g.media() != null).frame()).isEqualTo(2);
            assertThat(c.seen.stream().anyMatch(g -> g.is("flow.resumed"))).isTrue();
            c.show(1, 1_000_000); // beyond what was sent: as far as it makes sense
            assertThat(c.frames(2)).extracting(Received::frame).containsExactly(3, 4);
            c.show(99, 4); // of another run
            c.show(1, 0); // behind an earlier one
            c.send("{\"type\": \"ping\", \"event_id\": \"p\"}");
            c.awaitEvent("pong", "p");
            Received none = c.within(300);
            assertThat(none == null || none.media() == null).isTrue();
        }
    }

    @Test
    void anUpdateSaysWhereItActsDirectlyBeforeTheFrameItNames() {
        try (var c = TestClient.started(s, "")) {
            List<Received> frames = new ArrayList<>(c.frames(4));
            c.send("{\"type\": \"session.update\", \"event_id\": \"u1\", \"prompt\": \"a dog\"}");
            JsonNode accepted = c.awaitEvent("update.accepted", "u1");
            JsonNode applied = c.awaitEvent("update.applied", "u1");
            assertThat(applied.get("frame")).isEqualTo(accepted.get("frame"));
            Received next = c.next();
            assertThat(next.media()).isNotNull();
            assertThat(next.frame()).isEqualTo(applied.get("frame").intValue());
            assertThat(next.block()).isEqualTo(applied.get("block").intValue());
            c.frames(8);
            frames = c.seen.stream().filter(g -> g.media() != null).toList();
            Timeline same = Timeline.of("a cat").withSeed(7L).withPrompt(applied.get("seconds").doubleValue(), "a dog", Transition.CUT);
            assertThat(payloads(frames)).containsExactlyElementsOf(expected(same, frames.size()));
            c.send("{\"type\": \"session.timeline\"}");
            JsonNode document = c.await("session.timeline").get("timeline");
            assertThat(document.get("prompts").size()).isEqualTo(2);
            assertThat(document.get("seed").longValue()).isEqualTo(7);
        }
    }

    @Test
    void scheduledUpdatesActAtTheirBlockAndCanBeReplaced() {
        try (var c = TestClient.started(s, "")) {
            c.shows = false;
            c.send("{\"type\": \"session.update\", \"event_id\": \"later\", \"prompt\": \"a dog\", \"apply\": {\"block\": 4}}");
            assertThat(c.awaitEvent("update.accepted", "later").get("frame").intValue()).isEqualTo(13);
            c.send("{\"type\": \"session.update\", \"event_id\": \"time\", \"prompt\": \"a dog\", \"apply\": {\"seconds\": 2.2}}");
            assertThat(c.awaitEvent("update.accepted", "time").get("block").intValue()).isEqualTo(6);
            c.send("{\"type\": \"session.update\", \"event_id\": \"instead\", \"prompt\": \"a ball\", \"apply\": {\"block\": 4}}");
            assertThat(c.awaitEvent("update.rejected", "later").get("code").stringValue()).isEqualTo("superseded");
            c.shows = true;
            c.show(1, 1);
            JsonNode applied = c.awaitEvent("update.applied", "instead");
            assertThat(applied.get("block").intValue()).isEqualTo(4);
            assertThat(c.next().frame()).isEqualTo(13);
            c.send("{\"type\": \"session.update\", \"event_id\": \"now\", \"prompt\": \"a cat\"}");
            assertThat(c.awaitEvent("update.rejected", "time").get("code").stringValue()).isEqualTo("superseded");
            c.awaitEvent("update.applied", "now");
        }
    }

    @Test
    void rewindingBringsTheSameFramesInANewRun() {
        try (var c = TestClient.started(s, "")) {
            List<Received> first = c.frames(13);
            c.send("{\"type\": \"session.rewind\", \"event_id\": \"r\", \"block\": 1}");
            JsonNode rewound = c.awaitEvent("session.rewound", "r");
            assertThat(rewound.get("run").intValue()).isEqualTo(2);
            assertThat(rewound.get("frame").intValue()).isEqualTo(1);
            List<Received> again = c.frames(8);
            assertThat(again).extracting(Received::run).containsOnly(2);
            assertThat(again.getFirst().flags() & 4).isEqualTo(4);
            assertThat(payloads(again)).containsExactlyElementsOf(payloads(first.subList(1, 9)));
        }
    }

    @Test
    void pausingStopsAndResumingContinuesWithTheNextFrame() {
        try (var c = TestClient.started(s, "")) {
            c.frames(3);
            c.send("{\"type\": \"session.pause\", \"event_id\": \"p\"}");
            JsonNode paused = c.awaitEvent("session.state", "p");
            assertThat(paused.get("state").stringValue()).isEqualTo("paused");
            Received none = c.within(400);
            assertThat(none == null || none.media() == null).isTrue();
            c.send("{\"type\": \"session.resume\", \"event_id\": \"r\"}");
            assertThat(c.awaitEvent("session.state", "r").get("state").stringValue()).isEqualTo("running");
            assertThat(c.frames(1).getFirst().frame()).isEqualTo(paused.get("frame").intValue());
        }
    }

    @Test
    void aStreamWithAnEndSaysSoAndCanBeRewoundFromThere() {
        try (var c = TestClient.started(s, "\"seconds\": 1")) {
            JsonNode ended = c.until(g -> g.is("session.state")).json();
            assertThat(ended.get("state").stringValue()).isEqualTo("ended");
            List<Received> frames = c.seen.stream().filter(g -> g.media() != null).toList();
            assertThat(frames).hasSize(8);
            assertThat(frames.getLast().flags() & 2).isEqualTo(2);
            c.send("{\"type\": \"session.rewind\", \"block\": 0}");
            c.await("session.rewound");
            assertThat(payloads(c.frames(8))).containsExactlyElementsOf(payloads(frames));
            c.send("{\"type\": \"session.stop\"}");
            assertThat(c.await("session.done").get("reason").stringValue()).isEqualTo("stopped");
            assertThat(c.end().close()).isEqualTo(1000);
        }
    }

    @Test
    void whatHasEndedIsNotPausedWhicheverWayOneAsks() {
        int blocks;
        try (var c = TestClient.started(s, "\"seconds\": 1")) {
            blocks = c.until(g -> g.is("session.state")).json().get("block").intValue();
        }
        try (var c = TestClient.started(s, "\"seconds\": 1")) {
            JsonNode created = c.seen.getFirst().json();
            c.frames(5);
            c.send("{\"type\": \"session.pause\"}").await("session.state");
            TestServer.until("the last block is made", () -> {
                c.send("{\"type\": \"session.rewind\", \"block\": " + blocks + "}");
                return c.until(g -> g.is("session.rewound") || g.is("error")).is("session.rewound");
            });
            assertThat(c.await("session.state").get("state").stringValue()).isEqualTo("ended");
            c.send("{\"type\": \"session.resume\"}").error("wrong_state");
            assertThat(TestServer.json(s.get("/v1/realtime/sessions")).get("data").values().stream().filter(v ->
                    v.get("id").equals(created.get("session")))
                    .map(v -> v.get("state").stringValue())).containsExactly("ended");
            try (var d = TestClient.connect(s)) {
                d.send("{\"type\": \"session.start\", \"resume_token\": " + created.get("resume_token") + "}");
                assertThat(d.await("session.resumed").get("state").stringValue()).isEqualTo("ended");
                d.send("{\"type\": \"session.rewind\", \"block\": 0}").await("session.rewound");
                assertThat(d.frames(8)).extracting(Received::frame).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            }
        }
    }

    private static HttpResponse<byte[]> upload(byte[] file) {
        return s.send(s.request("/v1/realtime/snapshots").POST(BodyPublishers.ofByteArray(file)).build());
    }

    /** The file with another record of the stream in its header. */
    private static byte[] changed(byte[] file, Consumer<ObjectNode> change) {
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        var header = (ObjectNode) TestServer.json(new String(file, 8, length, StandardCharsets.UTF_8));
        var metadata = (ObjectNode) header.get("__metadata__");
        var record = (ObjectNode) TestServer.json(metadata.get("praxino.stream").stringValue());
        change.accept(record);
        metadata.put("praxino.stream", record.toString());
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(text.length, 8) * 8;
        var out = ByteBuffer.allocate(8 + padded + file.length - 8 - length).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
        return out.put(" ".repeat(padded - text.length).getBytes(StandardCharsets.UTF_8)).put(file, 8 + length, file.length - 8 - length).array();
    }

    /** The file with the dimensions of a tensor the other way around, over the same bytes. */
    private static byte[] turned(byte[] file, String prefix) {
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        var header = (ObjectNode) TestServer.json(new String(file, 8, length, StandardCharsets.UTF_8));
        String name = header.propertyNames().stream().filter(n -> n.startsWith(prefix))
                .filter(n -> header.get(n).get("shape").valueStream().distinct().count() > 1).findFirst().orElseThrow();
        var shape = (tools.jackson.databind.node.ArrayNode) header.get(name).get("shape");
        var dimensions = shape.valueStream().toList().reversed();
        shape.removeAll();
        dimensions.forEach(shape::add);
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(text.length, 8) * 8;
        var out = ByteBuffer.allocate(8 + padded + file.length - 8 - length).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
        return out.put(" ".repeat(padded - text.length).getBytes(StandardCharsets.UTF_8)).put(file, 8 + length, file.length - 8 - length).array();
    }

    private static ObjectNode in(ObjectNode record, String... names) {
        for (String name : names) {
            record = (ObjectNode) record.get(name);
        }
        return record;
    }

    @Test
    void aForkContinuesByItself() {
        try (var c = TestClient.started(s, "")) {
            c.frames(5);
            c.send("{\"type\": \"session.fork\"}");
            JsonNode fork = c.await("fork.ready");
            try (var second = TestClient.connect(s)) {
                second.send("{\"type\": \"session.start\", \"resume_token\": \"" + fork.get("resume_token").stringValue() + "\"}");
                JsonNode resumed = second.await("session.resumed");
                assertThat(resumed.get("session")).isEqualTo(fork.get("session"));
                assertThat(resumed.get("frame").intValue()).isEqualTo(fork.get("frame").intValue());
                List<Received> there = second.frames(6);
                assertThat(there.getFirst().frame()).isEqualTo(fork.get("frame").intValue());
                int from = fork.get("frame").intValue();
                assertThat(payloads(there)).containsExactlyElementsOf(expected(Timeline.of("a cat").withSeed(7L), from + 6).subList(from, from + 6));
                second.send("{\"type\": \"session.stop\"}").await("session.done");
            }
            c.send("{\"type\": \"session.stop\"}").await("session.done");
        }
    }

    @Test
    void aSnapshotIsKeptFetchedStartedAndDeleted() {
        try (var c = TestClient.started(s, "")) {
            c.frames(6);
            c.send("{\"type\": \"session.snapshot\", \"event_id\": \"s\"}");
            JsonNode ready = c.awaitEvent("snapshot.ready", "s");
            String id = ready.get("snapshot").stringValue();
            assertThat(s.get("/v1/realtime/snapshots/" + id).body()).hasSize(ready.get("bytes").intValue());
            c.send("{\"type\": \"session.stop\"}").await("session.done");
            int from = ready.get("frame").intValue();
            try (var second = TestClient.connect(s)) {
                second.send("{\"type\": \"session.start\", \"snapshot\": \"" + id + "\"}");
                assertThat(second.await("session.created").get("frame").intValue()).isEqualTo(from);
                assertThat(payloads(second.frames(6))).containsExactlyElementsOf(
                        expected(Timeline.of("a cat").withSeed(7L), from + 6).subList(from, from + 6));
                second.send("{\"type\": \"session.stop\"}").await("session.done");
            }
            byte[] file = s.get("/v1/realtime/snapshots/" + id).body();
            assertThat(s.delete("/v1/realtime/snapshots/" + id).statusCode()).isEqualTo(200);
            JsonNode again = s.created(upload(file));
            assertThat(again.get("id").stringValue()).startsWith("snap_").isNotEqualTo(id);
            assertThat(again.get("seed").intValue()).isEqualTo(7);
            try (var third = TestClient.connect(s)) {
                third.send("{\"type\": \"session.start\", \"snapshot\": " + again.get("id") + "}");
                assertThat(third.await("session.created").get("frame").intValue()).isEqualTo(from);
                assertThat(payloads(third.frames(6))).containsExactlyElementsOf(
                        expected(Timeline.of("a cat").withSeed(7L), from + 6).subList(from, from + 6));
                third.send("{\"type\": \"session.stop\"}").await("session.done");
            }
            String hash = s.model.info().hash();
            for (byte[] none : List.of(new byte[0], "no snapshot".getBytes(), Arrays.copyOf(file, 300))) {
                TestServer.error(upload(none), 400, "unsuitable_snapshot");
            }
            for (Consumer<ObjectNode> bad : List.<Consumer<ObjectNode>>of(
                    h -> h.put("hash", (hash.charAt(0) == '0' ? "1" : "0") + hash.substring(1)), h -> h.put("format", 2), h -> h.put("from", 0),
                    h -> h.put("from", in(h, "head").get("frame").intValue() + 9 * 4 + 1), h -> h.put("from", Integer.MAX_VALUE),
                    h -> in(h, "head").put("block", -1), h -> in(h, "head").put("sceneBlock", -1), h -> h.putNull("head"), h -> h.putNull("timeline"),
                    h -> h.putNull("hash"), h -> h.putNull("live"), h -> h.putNull("guard"), h -> in(h, "guard").putNull("lastFrame"),
                    h -> in(h, "head", "passage").putNull("prompt"), h -> in(h, "head", "passage").put("prompt", "a".repeat(2001)))) {
                TestServer.error(upload(changed(file, bad)), 400, "unsuitable_snapshot");
            }
            for (String part : List.of("rollout.cache.", "rollout.clean.", "decoder.")) {
                TestServer.error(upload(turned(file, part)), 400, "unsuitable_snapshot");
            }
            var left = TestServer.json("{\"prompt\": \"child porn\", \"before\": null, \"weight\": 1, \"path\": \"LINEAR\"}");
            for (Consumer<ObjectNode> bad : List.<Consumer<ObjectNode>>of(
                    h -> in(h, "head", "passage").put("prompt", "child porn"), h -> in(h, "head", "passage").set("before", left))) {
                TestServer.error(upload(changed(file, bad)), 400, "content_policy");
            }
            assertThat(s.created(upload(changed(file, h -> h.put("from", in(h, "head").get("frame").intValue() + 9 * 4)))).has("id")).isTrue();
            TestServer.error(s.get("/v1/realtime/snapshots/" + id), 404, "snapshot_not_found");
        }
    }
}
