package org.praxino.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.stream.TinyStream.pixels;
import static org.praxino.stream.TinyStream.take;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.InputImage;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.UserException;

/** Changes for a later place and pictures in the middle: a tiny model, 1 frame in the first block, then 4. */
@ExtendWith(LeakCheck.class)
@Timeout(600)
class StreamUpdatesTest {
    private static final Timeline CAT = Timeline.of("a cat").withSeed(7L);

    @TempDir
    static Path folder;

    private static VideoModel model;

    @BeforeAll
    static void open() {
        model = TinyStream.open(TinyStream.save(folder.resolve("tiny"), 1, 3));
        model.generate(GenerateRequest.of("a cat").withTeacher(true).withSteps(1)); // loads the teacher
        frames(CAT.withPrompt(1, "a dog", Transition.CUT), 10);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static List<Frame> frames(Timeline timeline, int count) {
        try (var stream = model.stream(timeline)) {
            return take(stream, count);
        }
    }

    private static StreamSession session() {
        return model.session(CAT, StreamOptions.DEFAULT, null);
    }

    @Test
    void aChangeForALaterBlockActsThereAndNowhereElse() {
        try (var session = session()) {
            List<Frame> seen = new ArrayList<>(take(session.frames(), 2));
            AppliedUpdate at = session.update(new StreamUpdate(new StreamUpdate.Block(4), "a dog", Transition.CUT, null)).join();
            assertThat(at.block()).isEqualTo(4);
            assertThat(at.frame()).isEqualTo(13);
            seen.addAll(take(session.frames(), 20));
            assertThat(pixels(seen)).isEqualTo(pixels(frames(CAT.withPrompt(13 / 8.0, "a dog", Transition.CUT), 22)));
            assertThat(session.timeline().cues()).hasSize(2);
        }
    }

    @Test
    void aPastBlockMeansTheNextOneAndATimeIsTheNextBlocksBeginning() {
        try (var session = session()) {
            take(session.frames(), 6); // one frame of block 2 is taken
            assertThat(session.update(new StreamUpdate(new StreamUpdate.Block(0), "a dog", Transition.CUT, null)).join().block()).isEqualTo(3);
            AppliedUpdate later = session.update(new StreamUpdate(new StreamUpdate.Time(2.2), "a cat", Transition.CUT, null)).join();
            assertThat(later.block()).isEqualTo(6);
            assertThat(later.frame()).isEqualTo(21); // the first at 2.2 s or later: 2.625 s
            session.prompt("a dog").join(); // a new future
            assertThat(session.timeline().cues()).extracting(Cue::at).doesNotContain(2.625);
        }
    }

    @Test
    void aPictureBeginsANewSceneInTheMiddle() {
        var picture = InputImage.of(Frame.filled(32, 32, new Rgb(200, 30, 30)));
        try (var session = session()) {
            List<Frame> seen = new ArrayList<>(take(session.frames(), 3));
            AppliedUpdate at = session.update(new StreamUpdate(new StreamUpdate.Now(), null, Transition.CUT, picture)).join();
            assertThat(at.frame()).isEqualTo(5);
            seen.addAll(take(session.frames(), 9));
            var reported = CAT.withCue(new Cue(5 / 8.0, "a cat", Transition.CUT, picture));
            assertThat(pixels(seen)).isEqualTo(pixels(frames(reported, 12)));
        }
    }

    @Test
    void impossibleRequestsAreRefusedAndTheStreamContinues() {
        assertThatThrownBy(() -> new StreamUpdate(new StreamUpdate.Now(), null, Transition.CUT, null)).isInstanceOf(UserException.class).hasMessageContaining("needs a prompt");
        assertThatThrownBy(() -> new StreamUpdate.Block(-1)).isInstanceOf(UserException.class);
        try (var session = session()) {
            assertThatThrownBy(() -> session.strength(0.5).join()).hasRootCauseInstanceOf(UserException.class);
            var broken = new StreamUpdate(new StreamUpdate.Now(), "a cat", Transition.CUT, InputImage.Inline.parse("data:image/png;base64,AAAA"));
            assertThatThrownBy(() -> session.update(broken).join()).hasCauseInstanceOf(UserException.class);
            assertThat(take(session.frames(), 3)).hasSize(3);
        }
    }

    @Test
    void framesTellWhereABlockEnds() {
        try (var session = session()) {
            var ends = new ArrayList<Long>();
            for (int i = 0; i < 13; i++) {
                StreamedFrame next = session.frames().nextStreamed();
                if (next.last()) {
                    ends.add(next.number());
                }
            }
            assertThat(ends).containsExactly(0L, 4L, 8L, 12L);
        }
    }
}
