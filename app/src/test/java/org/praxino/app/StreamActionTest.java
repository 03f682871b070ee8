package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.app.cli.Console;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.server.TinyModel;
import org.praxino.stream.VideoModel;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;

/** The whole command with a tiny model of random weights. */
@ExtendWith(LeakCheck.class)
@Timeout(600)
class StreamActionTest {
    @TempDir
    Path folder;

    private final CapturedConsole captured = new CapturedConsole();
    private Path model;

    @BeforeEach
    void model() {
        model = TinyModel.save(folder.resolve("tiny"), true);
    }

    private int run(String... args) {
        return run(captured.console(), args);
    }

    private int run(Console console, String... args) {
        var all = new ArrayList<>(List.of("stream", "--dtype", "fp32", "-m", model.toString()));
        all.addAll(List.of(args));
        return Cli.of(CommandActions.standard(), console, captured.stop).run(all.toArray(String[]::new));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private List<String> files() throws IOException {
        try (var list = Files.list(folder)) {
            return list.map(f -> f.getFileName().toString()).filter(f -> !f.equals("tiny")).sorted().toList();
        }
    }

    @Test
    void aTimelineGivesTheSameFramesHereAndInTheLibrary() throws IOException {
        Timeline timeline = Timeline.of("a cat").withPrompt(1, "a dog", org.praxino.stream.timeline.Transition.blend(1)).withSeconds(2.5)
                .withSeed(7L);
        timeline.write(folder.resolve("t.json"));
        assertThat(run("--timeline", file("t.json"), "-o", file("a.y4m"), "-o", file("a.apng"), "--blocks", file("b.jsonl"))).as(captured.err()).isZero();
        assertThat(captured.out().lines()).hasSize(2).allSatisfy(l -> assertThat(l).contains("seed 7  20 frames, 2.5 s"));
        assertThat(captured.err()).contains("x real time").contains("first frame after").contains("from frame 9 (1.1 s) on: a dog");
        assertThat(Files.readAllLines(folder.resolve("b.jsonl"))).hasSize(6).allSatisfy(l ->
                assertThat(l).contains("\"drift\"").contains("\"makeMillis\""));
        assertThat(GeneratedMetadata.read(folder.resolve("a.apng"))).hasValueSatisfying(m -> {
            assertThat(m.prompt()).isEqualTo("a cat; a dog");
            assertThat(m.settings().get("timeline")).contains("\"blend\":1.0");
        });
        var written = VideoReader.readAll(folder.resolve("a.apng"), ReadOptions.DEFAULT);
        try (var library = VideoModel.open(model.toString(), Device.CPU, DType.F32);
                var stream = library.stream(timeline)) {
            for (Frame frame : written) {
                assertThat(frame.data()).isEqualTo(stream.next().data());
            }
            assertThat(stream.hasNext()).isFalse();
        }
        assertThat(run("--timeline", file("t.json"), "-o", file("b.y4m"), "-q")).isZero();
        assertThat(folder.resolve("a.y4m")).hasSameBinaryContentAs(folder.resolve("b.y4m"));
    }

    @Test
    void aDashSendsFramesAsTheyAreMadeAndAWatcherWhoLeavesEndsIt() throws IOException {
        assertThat(run("-p", "a cat", "--seed", "7", "--seconds", "2", "-o", file("a.y4m"))).as(captured.err()).isZero();
        byte[] file = Files.readAllBytes(folder.resolve("a.y4m"));
        int header = new String(file, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        int enough = header + (file.length - header) / 16 * 5; // 2 s are 16 frames
        var seen = new java.io.ByteArrayOutputStream();
        var watcher = new OutputStream() { // a player that is closed after five frames of a stream without end
            @Override
            public void write(int b) throws IOException {
                if (seen.size() >= enough) {
                    throw new IOException("Broken pipe");
                }
                seen.write(b);
            }
        };
        var err = new java.io.ByteArrayOutputStream();
        var console = new Console(new PrintStream(OutputStream.nullOutputStream()), new PrintStream(err, true, StandardCharsets.UTF_8),
                watcher, false);
        assertThat(run(console, "-p", "a cat", "--seed", "7", "-o", "-")).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(seen.toByteArray()).as("a pipe gets what a file gets").isEqualTo(java.util.Arrays.copyOf(file, enough));
        Files.write(folder.resolve("seen.y4m"), seen.toByteArray());
        assertThat(VideoReader.readAll(folder.resolve("seen.y4m"), ReadOptions.DEFAULT)).as("FFmpeg reads what had come by then").hasSize(5);
        assertThat(run("-p", "a cat", "--seconds", "1", "-o", "-")).isZero();
        assertThat(captured.out()).contains("YUV4MPEG2 W32 H32 F8:1");
        assertThat(captured.err()).contains("standard output  seed").contains("8 frames, 1.0 s");
    }

    @Test
    void stoppingFinishesTheFile() throws Exception {
        var stopper = Thread.ofVirtual().start(() -> {
            while (!captured.err().contains("real time")) {
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
            }
            captured.stop.request();
        });
        assertThat(run("-p", "a cat", "-o", file("a.webm"))).isZero();
        stopper.join();
        assertThat(VideoReader.readAll(folder.resolve("a.webm"), ReadOptions.DEFAULT)).isNotEmpty();
        assertThat(files()).containsExactly("a.webm");
    }

    @Test
    void goesOnWhereASnapshotWasTaken() throws IOException {
        assertThat(run("-p", "a cat", "--seed", "7", "--seconds", "1", "-o", file("a.y4m"), "--snapshot", file("s"))).as(captured.err()).isZero();
        assertThat(run("--resume", file("s"), "-o", file("b.y4m"))).as("the timeline ended there").isZero();
        assertThat(captured.err()).contains("the stream had no frame left, so nothing was written");
        assertThat(files()).contains("s", "a.y4m").doesNotContain("b.y4m");
        assertThat(run("--resume", file("s"), "--seconds", "2", "-o", file("b.apng"))).as(captured.err()).isZero();
        assertThat(run("-p", "a cat", "--seed", "7", "--seconds", "2", "-o", file("whole.apng"))).as(captured.err()).isZero();
        var rest = VideoReader.readAll(folder.resolve("b.apng"), ReadOptions.DEFAULT);
        var whole = VideoReader.readAll(folder.resolve("whole.apng"), ReadOptions.DEFAULT);
        assertThat(rest).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat(rest.get(i).data()).isEqualTo(whole.get(8 + i).data());
        }
        assertThat(run("-p", "a cat", "--video", file("v.y4m"), "--snapshot", file("s2"), "-o", file("c.y4m"))).isEqualTo(2);
        assertThat(captured.err()).contains("--snapshot keeps no stream that follows a video");
    }

    @Test
    void aSnapshotThatCannotBeIsRefusedBeforeTheStream() throws IOException {
        assertThat(run("-p", "a cat", "--seconds", "1", "-o", file("a.y4m"), "--snapshot", file("nowhere/deep/s"))).as(captured.err()).isZero();
        assertThat(run("-p", "a cat", "--seconds", "1", "-o", file("b.y4m"), "--snapshot", file("a.y4m"))).isEqualTo(2);
        assertThat(captured.err()).contains("a.y4m' exists already");
        assertThat(run("-p", "a cat", "--seconds", "1", "-o", file("b.y4m"), "--snapshot", file("a.y4m/s"))).isEqualTo(2);
        assertThat(files()).as("told before the stream").containsExactly("a.y4m", "a.y4m.json", "nowhere");
    }

    @Test
    void linesOfStandardInputAreThePromptsThatFollow() {
        var before = System.in;
        System.setIn(new ByteArrayInputStream(("a dog\n\n" + "cat ".repeat(100) + "\n").getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(run("-p", "a cat", "--live", "--seconds", "200", "-o", file("a.y4m"))).as(captured.err()).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(captured.err()).contains("on: a dog").contains("shorten it");
    }

    @Test
    void picturesAndVideosAreFollowed() {
        Path picture = folder.resolve("first.png");
        Path video = folder.resolve("v.y4m");
        try (var writer = VideoWriter.open(picture, WriteOptions.plain(1));
                var clip = VideoWriter.open(video, WriteOptions.plain(8))) {
            writer.write(Frame.filled(50, 40, new Rgb(200, 30, 30)));
            writer.finish();
            for (int i = 0; i < 10; i++) {
                clip.write(Frame.filled(48, 48, new Rgb(200, 30, 20 * i)));
            }
            clip.finish();
        }
        assertThat(run("-p", "a cat", "-i", picture.toString(), "--seconds", "1", "-o", file("a.gif"))).as(captured.err()).isZero();
        assertThat(run("-p", "a cat", "--video", video.toString(), "--strength", "0.5", "-o", file("b.gif"))).as(captured.err()).isZero();
        assertThat(run("-p", "a cat", "--continue", video.toString(), "--seconds", "1", "-o", file("c.gif"))).as(captured.err()).isZero();
        assertThat(captured.out()).contains("8 frames, 1.0 s").contains("10 frames, 1.3 s");
    }

    @Test
    void refusesWithoutLeavingAnything() throws IOException {
        Files.writeString(folder.resolve("t.json"), "{\"prompts\": [{\"at\": 0, \"promt\": \"x\"}]}");
        Files.writeString(folder.resolve("u.json"), "{\"prompts\": [{\"at\": 0, \"prompt\": \"x\"}], \"fps\": 30}");
        assertThat(run("--timeline", file("t.json"), "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(run("--timeline", file("u.json"), "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(run("--timeline", file("none.json"), "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(run("-p", " ", "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(run("-p", "x", "-i", file("t.json"), "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(run("-p", "x", "--video", file("t.json"), "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(run("-p", "x", "-o", file("a.txt"))).isEqualTo(2);
        assertThat(run("-p", "x", "-o", file("nowhere/a.mp4"))).isEqualTo(2);
        assertThat(run("--resume", file("t.json"), "-o", file("a.mp4"))).isEqualTo(2);
        for (String option : List.of("--recipe causvid", "--window 9", "--sink 3", "--overlap", "--offload text", "--unload-text", "--size 64")) {
            var all = new ArrayList<>(List.of("-p", "x", "-o", file("a.mp4")));
            all.addAll(List.of(option.split(" ")));
            assertThat(run(all.toArray(String[]::new))).as(option).isEqualTo(2);
        }
        assertThat(captured.err()).contains("recipe causvid has no effect on tiny, which is a W.A.L.T model", "size 64x64 is not what model tiny makes");
        assertThat(files()).containsExactly("t.json", "u.json");
        assertThat(captured.err().lines()).hasSize(16).allMatch(l -> l.startsWith("praxino: ") && l.endsWith("."));
    }
}
