package org.praxino.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.stream.TinyStream.pixels;
import static org.praxino.stream.TinyStream.take;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.diffusion.GuidanceSchedule;
import org.praxino.io.Json;
import org.praxino.media.Frame;
import org.praxino.stream.drift.DriftOptions;
import org.praxino.stream.engine.Snapshot;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A session from opening to closing, with a tiny model of random weights: 1 frame in the first block, then 4; 8 frames are a second. */
@ExtendWith(LeakCheck.class)
@Timeout(600)
class StreamSessionTest {
    @TempDir
    static Path folder;

    private static VideoModel model;

    @BeforeAll
    static void open() {
        model = TinyStream.open(TinyStream.save(folder.resolve("tiny"), 1, 3));
        model.generate(GenerateRequest.of("a cat").withTeacher(true).withSteps(1)); // loads the teacher
        for (String known : List.of("a cat", "a dog", "a ball")) { // what the text encoder remembers is not lost to the tests
            try (var stream = model.stream(timeline(known))) {
                take(stream, 1);
            }
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Timeline timeline(String prompt) {
        return Timeline.of(prompt).withSeed(7L);
    }

    private static StreamSession session(Timeline timeline) {
        return model.session(timeline, StreamOptions.DEFAULT, null);
    }

    private static List<Frame> play(Timeline timeline, StreamOptions options, int frames) {
        try (var session = model.session(timeline, options, null)) {
            return take(session.frames(), frames);
        }
    }

    private static List<Frame> play(Timeline timeline, int frames) {
        return play(timeline, StreamOptions.DEFAULT, frames);
    }

    @Test
    void theSameTimelineAndSeedGiveTheSameFramesByEveryRoad() {
        var frames = play(timeline("a cat"), 17);
        assertThat(frames).hasSize(17);
        assertThat(pixels(play(timeline("a cat"), StreamOptions.DEFAULT.withOverlap(false).withAhead(0.1).withHistory(4), 17)))
                .isEqualTo(pixels(frames));
        assertThat(pixels(model.generate(GenerateRequest.of("a cat").withSeed(7).withFrames(17)).frames())).isEqualTo(pixels(frames));
        assertThat(pixels(play(timeline("a cat").withSeed(8L), 17))).isNotEqualTo(pixels(frames));
        assertThat(pixels(play(timeline("a dog"), 17))).isNotEqualTo(pixels(frames));
    }

    @Test
    void aSeedIsDrawnAndReported() {
        try (var session = session(Timeline.of("a cat"))) {
            assertThat(session.timeline().seed()).isNotNull();
            assertThat(pixels(take(session.frames(), 9))).isEqualTo(pixels(play(session.timeline(), 9)));
        }
    }

    @Test
    void cuesActAtTheFirstBlockThatBeginsAtTheirTimeOrLater() {
        var plain = pixels(play(timeline("a cat"), 21));
        var changed = pixels(play(timeline("a cat").withPrompt(1.0, "a dog", Transition.CUT), 21)); // 8 frames: within block 2, so block 3, frame 9
        assertThat(changed.subList(0, 9)).isEqualTo(plain.subList(0, 9));
        assertThat(changed.subList(9, 13)).isNotEqualTo(plain.subList(9, 13));
        var recached = pixels(play(timeline("a cat").withPrompt(1.0, "a dog", Transition.RECACHE), 21));
        assertThat(recached.subList(0, 9)).isEqualTo(plain.subList(0, 9));
        assertThat(recached.subList(9, 21)).isNotEqualTo(changed.subList(9, 21));
        var blended = pixels(play(timeline("a cat").withPrompt(1.0, "a dog", Transition.blend(1)), 21));
        var arc = pixels(play(timeline("a cat").withPrompt(1.0, "a dog", new Transition.Blend(1, Transition.Path.SPHERICAL)), 21));
        assertThat(blended.subList(0, 9)).isEqualTo(plain.subList(0, 9));
        assertThat(blended.subList(9, 13)).isNotEqualTo(plain.subList(9, 13)).isNotEqualTo(changed.subList(9, 13)).isNotEqualTo(arc.subList(9, 13));
    }

    @Test
    void aStreamEndsWhereTheTimelineSays() {
        try (var session = session(timeline("a cat").withSeconds(1.2))) {
            var frames = take(session.frames(), 1000);
            assertThat(frames).hasSize(10); // 1.2 s of 8 a second
            assertThat(session.state()).isEqualTo(StreamState.ENDED);
            assertThat(session.stats().frames()).isEqualTo(13);
            session.rewind(1).join();
            assertThat(session.state()).isEqualTo(StreamState.RUNNING);
            assertThat(pixels(take(session.frames(), 1000))).isEqualTo(pixels(frames.subList(1, 10)));
        }
    }

    @Test
    void anUpdateActsAtTheFirstUnseenBlockAndSaysWhere() throws Exception {
        var events = Collections.synchronizedList(new ArrayList<StreamEvent>());
        try (var session = session(timeline("a cat"))) {
            session.onEvent(events::add);
            var before = new ArrayList<>(take(session.frames(), 6)); // block 2 begins with frame 5: one of its frames is seen
            waitUntilFull(session);
            AppliedUpdate at = session.prompt("a dog").get();
            assertThat(at).isEqualTo(new AppliedUpdate(3, 9, 9 / 8.0));
            before.addAll(take(session.frames(), 12));
            assertThat(session.timeline().cues()).containsExactly(new Cue(0, "a cat"), new Cue(9 / 8.0, "a dog"));
            assertThat(pixels(play(session.timeline(), 18))).as("what was typed is played again").isEqualTo(pixels(before));
            assertThat(events).contains(new StreamEvent.PromptApplied(at, "a dog"));
        }
    }

    @Test
    void goesBackToTheBitAndANewPromptMakesANewFuture() {
        try (var session = session(timeline("a cat"))) {
            var first = take(session.frames(), 12);
            session.prompt("a dog").join();
            var all = new ArrayList<>(first);
            all.addAll(take(session.frames(), 20));
            assertThat(session.rewind(2).join()).isEqualTo(new AppliedUpdate(2, 5, 5 / 8.0));
            assertThat(pixels(take(session.frames(), 27))).isEqualTo(pixels(all.subList(5, 32)));
            session.rewind(2).join();
            take(session.frames(), 1);
            session.prompt("a ball").join();
            assertThat(session.timeline().cues()).extracting(Cue::prompt).containsExactly("a cat", "a ball");
        }
    }

    @Test
    void theHistoryIsBoundedAndSaysSo() {
        try (var session = model.session(timeline("a cat"), StreamOptions.DEFAULT.withHistory(4), null)) {
            var all = take(session.frames(), 1 + 4 * 40);
            assertThatThrownBy(() -> session.rewind(2).join()).hasRootCauseInstanceOf(UserException.class)
                    .hasMessageContaining("block 2 is no longer kept: the history goes back to block 24");
            assertThatThrownBy(() -> session.rewind(99).join()).hasMessageContaining("block 99 cannot be rewound to: the last generated block is");
            assertThat(session.rewind(27).join().frame()).isEqualTo(1 + 4 * 26); // between two kept states: it is made again from block 24
            assertThat(pixels(take(session.frames(), 50))).isEqualTo(pixels(all.subList(1 + 4 * 26, 1 + 4 * 26 + 50)));
            session.rewind(25).join();
            take(session.frames(), 2);
            var at = session.prompt("a dog").join();
            assertThat(at.block()).isEqualTo(26);
        }
    }

    @Test
    void whatIsMovedToItsEndHasEnded() {
        try (var session = session(timeline("a cat").withSeconds(1.0))) {
            List<Frame> all = take(session.frames(), 100);
            for (int i = 0; i < 2; i++) {
                session.rewind(0).join();
                assertThat(pixels(take(session.frames(), 4))).isEqualTo(pixels(all.subList(0, 4)));
                long end = moveToEnd(session, all.size());
                assertThat(session.frames().hasNext()).isFalse();
                assertThat(session.state()).isEqualTo(StreamState.ENDED);
                session.rewind(end).join();
                assertThat(session.frames().hasNext()).as("once more").isFalse();
            }
        }
    }

    /** As soon as the last block is made. */
    private static long moveToEnd(StreamSession session, int frames) {
        for (long block = 2; ; ) {
            try {
                if (session.rewind(block).join().frame() >= frames) {
                    return block;
                }
                block++;
            } catch (CompletionException e) {
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000); // not made yet
            }
        }
    }

    @Test
    void aForkGoesItsOwnWay() {
        try (var session = session(timeline("a cat"))) {
            take(session.frames(), 7); // in the middle of a block
            try (var fork = session.fork().join();
                    var other = session.fork().join()) {
                var expected = pixels(play(timeline("a cat"), 30)).subList(7, 30);
                fork.prompt("a dog").join();
                var forked = pixels(take(fork.frames(), 23));
                assertThat(pixels(take(other.frames(), 23))).isEqualTo(expected);
                assertThat(pixels(take(session.frames(), 23))).isEqualTo(expected);
                assertThat(forked.subList(0, 2)).isEqualTo(expected.subList(0, 2));
                assertThat(forked).isNotEqualTo(expected);
            }
        }
    }

    @Test
    void aSnapshotContinuesToTheBitInAnotherModelObject() {
        Path file = folder.resolve("s.praxino");
        List<Frame> expected;
        try (var session = session(timeline("a cat").withPrompt(1.5, "a dog", Transition.blend(1)))) {
            take(session.frames(), 15); // in the middle of a block and of a blend
            assertThat(session.snapshot(file).join().frame()).isEqualTo(15);
            expected = take(session.frames(), 30);
        }
        try (var session = model.restore(file, StreamOptions.DEFAULT)) {
            assertThat(pixels(take(session.frames(), 30))).isEqualTo(pixels(expected));
            assertThat(session.timeline().cues()).hasSize(2);
        }
        try (var again = TinyStream.open(folder.resolve("tiny"));
                var session = again.restore(file, StreamOptions.DEFAULT.withOverlap(false))) {
            assertThat(pixels(take(session.frames(), 30))).isEqualTo(pixels(expected));
        }
    }

    @Test
    void refusesSnapshotsOfOthers() throws Exception {
        Path file = folder.resolve("other.praxino");
        try (var other = TinyStream.open(TinyStream.save(folder.resolve("other"), 1, 4));
                var stream = other.stream(timeline("a cat"))) {
            take(stream, 3);
            stream.session().snapshot(file).join();
        }
        assertThatThrownBy(() -> model.restore(file, StreamOptions.DEFAULT)).isInstanceOf(UserException.class)
                .hasMessageContaining("is a snapshot of model tiny (").hasMessageContaining("the same weights only");
        assertThatThrownBy(() -> model.restore(folder.resolve("tiny/student/model.safetensors"), StreamOptions.DEFAULT))
                .isInstanceOf(UserException.class).hasMessageContaining("is not the snapshot of a stream");
        assertThatThrownBy(() -> model.restore(folder.resolve("tiny/model.json"), StreamOptions.DEFAULT)).isInstanceOf(UserException.class);
        String text = new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        String older = text.replaceFirst("(\\\\\"version\\\\\":\\\\\")[^\\\\]{3}", "$10.0");
        Files.write(file, older.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> model.restore(file, StreamOptions.DEFAULT)).isInstanceOf(UserException.class)
                .hasMessageContaining("continue it with the version that took it");
    }

    @Test
    void refusesSnapshotsThatNoStreamTakes() throws Exception {
        Path file = folder.resolve("changed.praxino");
        try (var session = session(timeline("a cat"))) {
            take(session.frames(), 6);
            session.snapshot(file).join();
        }
        byte[] whole = Files.readAllBytes(file);
        record Bad(String why, Consumer<ObjectNode> change) {}
        for (Bad bad : List.of(
                new Bad("too long before frame 42", h -> h.put("from", ((ObjectNode) h.get("head")).get("frame").longValue() + 9 * 4 + 1)),
                new Bad("comes to block -1", h -> ((ObjectNode) h.get("head")).put("block", -1)),
                new Bad("a scene from 5 on", h -> ((ObjectNode) h.get("head")).put("sceneBlock", 5)),
                new Bad("its head is null", h -> h.putNull("head")),
                new Bad("its timeline is null", h -> h.putNull("timeline")),
                new Bad("its list of live is null", h -> ((ArrayNode) h.get("live")).addNull()),
                new Bad("its path is null", h -> ((ObjectNode) h.get("head").get("passage")).putNull("path")),
                new Bad("its lastFrame is null", h -> ((ObjectNode) h.get("guard")).putNull("lastFrame")),
                new Bad("of 1 to 2000 characters", h -> ((ObjectNode) h.get("head").get("passage")).put("prompt", "a".repeat(2001))),
                new Bad("tokens", h -> ((ObjectNode) h.get("head").get("passage")).put("prompt", "a cat ".repeat(300))))) {
            Files.write(file, changed(whole, bad.change));
            assertThatThrownBy(() -> model.restore(file, StreamOptions.DEFAULT)).isInstanceOf(UserException.class).hasMessageContaining(bad.why);
        }
        Files.write(file, changed(whole, h -> {}));
        try (var session = model.restore(file, StreamOptions.DEFAULT)) {
            assertThat(take(session.frames(), 2)).hasSize(2);
        }
    }

    /** The file with another record of the stream in its header. */
    private static byte[] changed(byte[] file, Consumer<ObjectNode> change) {
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        var header = (ObjectNode) Json.parse(new String(file, 8, length, StandardCharsets.UTF_8), "the header", JsonNode.class);
        var metadata = (ObjectNode) header.get("__metadata__");
        var record = (ObjectNode) Json.parse(metadata.get(Snapshot.KEY).stringValue(), "the record", JsonNode.class);
        change.accept(record);
        metadata.put(Snapshot.KEY, Json.line(record));
        byte[] text = Json.line(header).getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(text.length, 8) * 8;
        var out = ByteBuffer.allocate(8 + padded + file.length - 8 - length).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
        return out.put(" ".repeat(padded - text.length).getBytes(StandardCharsets.UTF_8)).put(file, 8 + length, file.length - 8 - length).array();
    }

    @Test
    void aSlowConsumerStopsGenerationAfterASecondOfUnseenVideo() throws Exception {
        try (var session = session(timeline("a cat"))) {
            waitUntilFull(session);
            Thread.sleep(100);
            assertThat(session.stats().frames()).isEqualTo(5); // 8 frames are a second, and the next block would make 9
            take(session.frames(), 3);
            waitUntilFull(session);
            Thread.sleep(100);
            assertThat(session.stats().frames()).isEqualTo(9);
        }
    }

    private static void waitUntilFull(StreamSession session) throws InterruptedException {
        long made = -1;
        while (made != session.stats().frames() || session.stats().queued() < 5) {
            made = session.stats().frames();
            Thread.sleep(30);
        }
    }

    @Test
    void anAbandonedConsumerFreesEverything() throws Exception {
        for (int i = 0; i < 3; i++) {
            take(session(timeline("a cat")).frames(), 9); // nobody holds the session after this
        }
        for (int i = 0; model.openStreams() > 0 && i < 100; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(model.openStreams()).isZero(); // and the leak check finds nothing either
    }

    @Test
    void pausedNothingIsMade() throws Exception {
        try (var session = session(timeline("a cat"))) {
            take(session.frames(), 1);
            session.pause().join();
            assertThat(session.state()).isEqualTo(StreamState.PAUSED);
            Thread.sleep(200); // the block that was being decoded arrives
            long made = session.stats().frames();
            while (session.stats().queued() > 0) {
                take(session.frames(), 1);
            }
            Thread.sleep(100);
            assertThat(session.stats().frames()).isEqualTo(made);
            session.prompt("a dog").join();
            session.resume().join();
            assertThat(take(session.frames(), 9)).hasSize(9);
        }
    }

    @Test
    void callsInTheWrongStateFailAndChangeNothing() {
        var session = session(timeline("a cat"));
        assertThatThrownBy(session::resume).isInstanceOf(UserException.class)
                .hasMessage("cannot resume: the stream is running, and this is possible while it is paused");
        session.pause().join();
        assertThatThrownBy(session::pause).hasMessage("cannot pause: the stream is paused, and this is possible while it is running");
        assertThatThrownBy(() -> session.prompt(" ")).isInstanceOf(UserException.class).hasMessageContaining("is empty");
        session.close();
        session.close();
        assertThat(session.state()).isEqualTo(StreamState.CLOSED);
        assertThatThrownBy(() -> session.prompt("a dog")).hasMessageContaining("cannot change the prompt: the stream is closed");
        assertThatThrownBy(session::fork).hasMessageContaining("cannot fork");
        assertThatThrownBy(() -> session.rewind(0)).hasMessageContaining("cannot rewind");
        assertThatThrownBy(() -> session.snapshot(folder.resolve("x"))).hasMessageContaining("cannot take a snapshot");
        assertThat(session.frames().hasNext()).isFalse();
    }

    @Test
    void aPromptThatTheEncoderCannotTakeLeavesTheStreamAsItWas() {
        String endless = "cat ".repeat(100).strip();
        assertThatThrownBy(() -> session(timeline(endless))).isInstanceOf(UserException.class).hasMessageContaining("shorten it");
        try (var session = session(timeline("a cat"))) {
            take(session.frames(), 4);
            assertThatThrownBy(() -> session.prompt(endless).join()).isInstanceOf(CompletionException.class).hasMessageContaining("shorten it");
            assertThat(pixels(take(session.frames(), 9))).isEqualTo(pixels(play(timeline("a cat"), 13).subList(4, 13)));
        }
    }

    @Test
    void refusesWhatTheModelCannotMake() {
        assertThatThrownBy(() -> session(timeline("a cat").withFps(30.0))).hasMessageContaining("fps=30.0 is not what model tiny makes");
        assertThatThrownBy(() -> session(timeline("a cat").withSize(new org.praxino.stream.timeline.Size(64, 32))))
                .hasMessageContaining("size 64x32 is not what model tiny makes: it makes 32x32");
    }

    @Test
    void aDriftedStreamIsReanchoredAtTheSameBlockWhateverTheThreadsDo() {
        var nervous = StreamOptions.DEFAULT.withDrift(new DriftOptions(0.001, 2, 3)).withReanchor(true);
        var events = Collections.synchronizedList(new ArrayList<StreamEvent>());
        List<Frame> frames;
        try (var session = model.session(timeline("a cat"), nervous, null)) {
            session.onEvent(events::add);
            frames = take(session.frames(), 61);
            assertThat(session.rewind(9).join().frame()).isEqualTo(33);
            assertThat(pixels(take(session.frames(), 28))).isEqualTo(pixels(frames.subList(33, 61)));
        }
        var drifted = events.stream().filter(StreamEvent.Drifted.class::isInstance).map(e -> ((StreamEvent.Drifted) e).block()).toList();
        var reanchored = events.stream().filter(StreamEvent.Reanchored.class::isInstance).map(e -> ((StreamEvent.Reanchored) e).block()).toList();
        assertThat(drifted.getFirst()).isEqualTo(2); // the anchor is blocks 0 and 1
        assertThat(reanchored.getFirst()).isEqualTo(4);
        assertThat(pixels(play(timeline("a cat"), nervous.withOverlap(false), 61))).isEqualTo(pixels(frames));
        assertThat(pixels(play(timeline("a cat"), 61))).isNotEqualTo(pixels(frames));
        assertThat(events).filteredOn(StreamEvent.BlockDone.class::isInstance).first()
                .satisfies(e -> assertThat(((StreamEvent.BlockDone) e).drift().sharpness()).isPositive());
    }

    @Test
    void manyStreamsOnVirtualThreadsTakeTurns() throws Exception {
        var expected = pixels(play(timeline("a cat"), 13));
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<CompletableFuture<List<Frame>>>();
            for (int i = 0; i < 8; i++) {
                all.add(CompletableFuture.supplyAsync(() -> play(timeline("a cat"), 13), pool));
            }
            for (var one : all) {
                assertThat(pixels(one.get())).isEqualTo(expected);
            }
        }
    }

    @Test
    void closingTheModelEndsItsStreams() throws Exception {
        VideoStream stream;
        try (var own = TinyStream.open(folder.resolve("tiny"))) {
            stream = own.stream(timeline("a cat"));
            take(stream, 2);
        }
        assertThat(stream.session().state()).isEqualTo(StreamState.CLOSED);
        assertThat(stream.hasNext()).isFalse();
    }

    @Test
    void aModelWithoutAStudentSaysThatItDoesNotStream() {
        try (var bare = TinyStream.open(TinyStream.save(folder.resolve("bare"), 0, 3))) {
            assertThat(bare.canStream()).isFalse();
            assertThatThrownBy(() -> bare.stream("a cat")).isInstanceOf(UserException.class)
                    .hasMessage("model tiny has no student: it makes whole clips (generate) and does not stream");
            assertThat(bare.generate(GenerateRequest.of("a cat").withFrames(5)).request().teacher()).isTrue();
        }
    }

    @Test
    void clipsAreMadeByTheStudentUnlessTheTeacherIsAskedFor() {
        GenerateRequest request = GenerateRequest.of("a cat").withSeed(7);
        assertThat(model.generate(request).request()).isEqualTo(
                new ResolvedRequest("a cat", null, 7, 9, 2, 1, request.schedule(), null, false, null));
        assertThat(model.generate(request.withTeacher(true).withSteps(1)).request())
                .isEqualTo(new ResolvedRequest("a cat", null, 7, 9, 1, 2, request.schedule(), null, true, null));
        assertThatThrownBy(() -> model.resolve(request.withSteps(20))).hasMessageContaining("steps=20 needs the teacher");
        assertThatThrownBy(() -> model.resolve(request.withGuidance(3))).hasMessageContaining("guidance=3.0 needs the teacher");
        assertThatThrownBy(() -> model.resolve(request.withNegative("blur"))).hasMessageContaining("a negative prompt needs the teacher");
        assertThatThrownBy(() -> model.resolve(request.withSchedule(new GuidanceSchedule.PowerCosine(4))))
                .hasMessageContaining("a guidance schedule needs the teacher");
        assertThatThrownBy(() -> model.resolve(request.withFrames(6))).hasMessageContaining("frames=6 is not 1 + 4k");
    }
}
