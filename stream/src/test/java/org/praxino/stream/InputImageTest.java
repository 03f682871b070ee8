package org.praxino.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.stream.TinyStream.pixels;
import static org.praxino.stream.TinyStream.take;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.InputImage;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.UserException;

/** Streams that begin with a picture or follow a video. */
@ExtendWith(LeakCheck.class)
@Timeout(600)
class InputImageTest {
    private static final Frame RED = Frame.filled(32, 32, new Rgb(220, 20, 20));
    private static final Frame BLUE = Frame.filled(32, 32, new Rgb(20, 20, 220));

    @TempDir
    static Path folder;

    private static VideoModel model;

    @BeforeAll
    static void open() {
        model = TinyStream.open(TinyStream.save(folder.resolve("tiny"), 1, 3));
        for (String known : List.of("a cat", "a dog")) {
            try (var stream = model.stream(timeline().withPrompt(0, known, Transition.CUT))) {
                take(stream, 1);
            }
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Timeline timeline() {
        return Timeline.of("a cat").withSeed(7L);
    }

    private static List<Frame> play(Timeline timeline, int frames) {
        try (var stream = model.stream(timeline)) {
            return take(stream, frames);
        }
    }

    @Test
    void aPictureIsTheFirstFrameAndWhatFollowsKnowsIt() {
        var plain = play(timeline(), 9);
        var red = play(timeline().withImage(InputImage.of(RED)), 9);
        var blue = play(timeline().withImage(InputImage.of(BLUE)), 9);
        assertThat(pixels(red.subList(0, 1))).as("decoded from its own latent").isNotEqualTo(pixels(plain.subList(0, 1)));
        assertThat(pixels(red.subList(1, 9))).isNotEqualTo(pixels(blue.subList(1, 9)));
        assertThat(pixels(model.generate(GenerateRequest.of("a cat").withSeed(7).withFirstFrame(RED)).frames())).isEqualTo(pixels(red));
    }

    @Test
    void aPictureInTheMiddleBeginsANewScene() {
        var timeline = timeline().withCue(new Cue(1, "a dog", Transition.CUT, InputImage.of(RED)));
        var cut = play(timeline, 24); // the scene begins with block 3, frame 9, which is one frame alone
        assertThat(pixels(cut.subList(0, 9))).isEqualTo(pixels(play(timeline(), 9)));
        var alone = play(timeline().withPrompt(0, "a dog", Transition.CUT).withImage(InputImage.of(RED)), 1);
        assertThat(pixels(cut.subList(9, 10))).isEqualTo(pixels(alone));
        try (var session = model.session(timeline, StreamOptions.DEFAULT, null)) {
            take(session.frames(), 24);
            assertThat(session.rewind(4).join().frame()).isEqualTo(10);
            assertThat(pixels(take(session.frames(), 14))).isEqualTo(pixels(cut.subList(10, 24)));
            session.rewind(2).join();
            assertThat(pixels(take(session.frames(), 19))).isEqualTo(pixels(cut.subList(5, 24)));
        }
    }

    @Test
    void anInvalidImageIsRefusedAtOnce() {
        var timeline = timeline().withCue(new Cue(1, "a dog", Transition.CUT, InputImage.of(folder.resolve("tiny/model.json"))));
        assertThatThrownBy(() -> model.stream(timeline)).isInstanceOf(UserException.class).hasMessageContaining("model.json");
        assertThat(model.openStreams()).isZero();
    }

    @Test
    void anImageThatIsMissingAtItsTimeIsReportedAndTheStreamContinues() throws Exception {
        Path file = folder.resolve("gone.png");
        Files.write(file, org.praxino.media.Png.encode(RED, null));
        var events = Collections.synchronizedList(new ArrayList<StreamEvent>());
        try (var session = model.session(timeline().withCue(new Cue(3, "a dog", Transition.CUT, InputImage.of(file))), StreamOptions.DEFAULT, null)) {
            Files.delete(file); // a second of video is made before it is needed
            session.onEvent(events::add);
            assertThat(take(session.frames(), 40)).hasSize(40);
        }
        assertThat(events).filteredOn(StreamEvent.CueFailed.class::isInstance).singleElement()
                .satisfies(e -> assertThat(((StreamEvent.CueFailed) e).reason()).contains("gone.png"));
    }

    private static Path video(int frames, double fps) {
        return video("v" + frames + ".y4m", frames, fps);
    }

    private static Path video(String name, int frames, double fps) {
        Path file = folder.resolve(name);
        try (var writer = VideoWriter.open(file, WriteOptions.plain(fps))) {
            for (int i = 0; i < frames; i++) {
                writer.write(i % 8 < 4 ? RED : BLUE);
            }
            writer.finish();
        }
        return file;
    }

    @Test
    void followsAVideoFrameByFrameToItsEnd() {
        var events = Collections.synchronizedList(new ArrayList<StreamEvent>());
        Timeline following = timeline().withVideo(video(19, 8), 0.5);
        List<Frame> frames;
        try (var session = model.session(following, StreamOptions.DEFAULT, null)) {
            session.onEvent(events::add);
            frames = take(session.frames(), 1000);
            assertThat(session.state()).isEqualTo(StreamState.ENDED);
        }
        assertThat(frames).as("as many as went in").hasSize(19);
        assertThat(events).contains(new StreamEvent.SourceEnded(19, null));
        assertThat(pixels(play(following, 19))).isEqualTo(pixels(frames));
        assertThat(pixels(play(following.withVideo(following.video(), 1.0), 19))).isNotEqualTo(pixels(frames));
        assertThat(pixels(play(timeline(), 19))).isNotEqualTo(pixels(frames));
        assertThat(play(following.withSeconds(1.0), 1000)).hasSize(8);
    }

    @Test
    void followsPushedFramesWaitsForThemAndTakesPrompts() throws Exception {
        var source = VideoSource.pushed(model.info().size());
        var events = Collections.synchronizedList(new ArrayList<StreamEvent>());
        try (var session = model.session(timeline(), StreamOptions.DEFAULT, source)) {
            assertThat(source.push(RED)).isTrue();
            assertThat(take(session.frames(), 1)).hasSize(1);
            session.onEvent(events::add);
            Thread.sleep(5500);
            assertThat(session.stats().queued()).as("it waits").isZero();
            assertThat(events).as("and says so").contains(new StreamEvent.SourceStalled(5));
            session.prompt("a dog").join();
            for (int i = 0; i < 4; i++) {
                source.push(BLUE);
            }
            assertThat(take(session.frames(), 4)).hasSize(4);
            for (int i = 0; i < 50; i++) {
                source.push(RED); // a camera that is too fast loses frames
            }
            assertThat(source.push(RED)).isFalse();
            source.end();
            assertThat(take(session.frames(), 1000)).hasSizeBetween(4, 24);
            assertThatThrownBy(() -> session.rewind(0).join()).hasMessageContaining("cannot rewind a video to video stream");
            assertThatThrownBy(() -> session.fork().join()).hasMessageContaining("cannot fork a video to video stream");
            assertThatThrownBy(() -> session.snapshot(folder.resolve("x")).join()).hasMessageContaining("cannot take a snapshot of a video to video stream");
        }
        assertThat(source.push(RED)).isFalse();
        assertThatThrownBy(() -> VideoSource.pushed(model.info().size()).push(Frame.filled(8, 8, Rgb.BLACK)))
                .isInstanceOf(UserException.class).hasMessageContaining("a pushed frame is 8x8");
    }

    @Test
    void aVideoThatBreaksOffIsFollowedAsFarAsItGoes() throws Exception {
        Path broken = folder.resolve("broken.gif");
        byte[] whole = Files.readAllBytes(video("whole.gif", 40, 8));
        Files.write(broken, java.util.Arrays.copyOf(whole, whole.length * 2 / 3));
        var events = Collections.synchronizedList(new ArrayList<StreamEvent>());
        try (var session = model.session(timeline().withVideo(broken, 0.5), StreamOptions.DEFAULT, null)) {
            session.onEvent(events::add);
            assertThat(take(session.frames(), 1000)).hasSizeBetween(5, 38);
            assertThat(session.state()).isEqualTo(StreamState.ENDED);
        }
        assertThat(events).filteredOn(StreamEvent.SourceEnded.class::isInstance).singleElement()
                .satisfies(e -> assertThat(((StreamEvent.SourceEnded) e).error()).contains("broken.gif"));
    }

    @Test
    void goesOnFromAClip() {
        Timeline continued = timeline().withContinuedClip(video(19, 8));
        var frames = play(continued, 20);
        assertThat(frames).hasSize(20);
        assertThat(pixels(play(continued, 20))).isEqualTo(pixels(frames));
        assertThat(pixels(play(timeline(), 20))).isNotEqualTo(pixels(frames));
        try (var session = model.session(continued, StreamOptions.DEFAULT, null)) {
            take(session.frames(), 20);
            assertThat(session.rewind(1).join()).as("every block has four frames").isEqualTo(new AppliedUpdate(1, 4, 0.5));
            assertThat(pixels(take(session.frames(), 16))).isEqualTo(pixels(frames.subList(4, 20)));
            session.rewind(0).join();
            try (var fork = session.fork().join()) {
                assertThat(pixels(take(fork.frames(), 20))).isEqualTo(pixels(frames));
            }
        }
        assertThatThrownBy(() -> model.stream(timeline().withContinuedClip(folder.resolve("none.mp4")))).isInstanceOf(UserException.class);
    }

    @Test
    void aSourceThatEndsAtOnceEndsTheStream() {
        var source = VideoSource.pushed(model.info().size());
        source.end();
        try (var session = model.session(timeline(), StreamOptions.DEFAULT, source)) {
            assertThat(take(session.frames(), 5)).isEmpty();
            assertThat(session.state()).isEqualTo(StreamState.ENDED);
        }
    }

    @Test
    void refusesSourcesThatAreNoneAndStrengthForNothing() {
        assertThatThrownBy(() -> model.stream(timeline().withVideo(folder.resolve("tiny/model.json"), null))).isInstanceOf(UserException.class);
        assertThatThrownBy(() -> model.stream(timeline().withVideo(folder.resolve("none.mp4"), null))).isInstanceOf(UserException.class);
        assertThatThrownBy(() -> model.stream(new Timeline(timeline().cues(), null, 1L, null, null, null, 0.5, null)))
                .hasMessageContaining("strength=0.5 applies to video to video streams");
        var source = VideoSource.pushed(model.info().size());
        assertThatThrownBy(() -> model.session(timeline().withImage(InputImage.of(RED)), StreamOptions.DEFAULT, source))
                .hasMessageContaining("give a video, a clip to continue or an image, not several");
        assertThat(source.push(RED)).as("it is closed").isFalse();
    }
}
