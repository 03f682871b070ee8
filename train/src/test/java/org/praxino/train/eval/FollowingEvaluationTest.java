package org.praxino.train.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.train.data.AttributePrompts;
import org.praxino.train.data.ClipInfo.Split;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.MovingClipStore;
import org.praxino.train.data.MovingClipStore.Disc;
import org.praxino.train.data.PromptAttribute;
import org.praxino.train.data.Sample;

@ExtendWith(LeakCheck.class)
class FollowingEvaluationTest {
    private static final int FRAMES = 33;
    private static final int SIZE = MovingClipStore.SIZE;

    @TempDir
    Path folder;

    private ClipStore store;

    @BeforeEach
    void open() throws IOException {
        store = MovingClipStore.write(folder.resolve("data"), 16, List.of(
                new Disc("ball", new int[] {150, 60, 60}, 1, Split.TRAIN),
                new Disc("wheel", new int[] {40, 40, 90}, 1, Split.TRAIN),
                new Disc("plate", new int[] {60, 130, 60}, 1, Split.TRAIN),
                new Disc("coin", new int[] {150, 130, 30}, 1, Split.HELD_OUT)));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private List<AttributePrompts.Prompt> prompts(int count) {
        return AttributePrompts.draw(store, Split.TRAIN, count, FRAMES, 5, clip -> true);
    }

    private static List<Frame> frames(Sample s) {
        int size = s.height() * s.width() * 3;
        return IntStream.range(0, s.frames())
                .mapToObj(t -> new Frame(s.width(), s.height(), 3, java.util.Arrays.copyOfRange(s.rgb(), t * size, (t + 1) * size)))
                .toList();
    }

    private static List<Frame> white() {
        return Collections.nCopies(FRAMES, Frame.filled(SIZE, SIZE, Rgb.WHITE));
    }

    private static double plainArea() {
        return Math.PI * 9 * 9 / SIZE / SIZE;
    }

    @Test
    void compositionsShowWhatTheirPromptsAskFor() {
        int right = 0;
        List<AttributePrompts.Prompt> prompts = prompts(120);
        for (AttributePrompts.Prompt prompt : prompts) {
            boolean shown = AttributeJudge.holds(prompt.attribute(), frames(prompt.composed()), plainArea());
            right += shown ? 1 : 0;
        }
        assertThat(right).isGreaterThan(108); // shades lie between two names, and the tiniest discs have ten pixels
        assertThat(prompts).extracting(p -> p.attribute().kind()).contains(PromptAttribute.Kind.values());
    }

    @Test
    void nothingIsShownByWhiteAndLittleByOtherCompositions() {
        List<AttributePrompts.Prompt> prompts = prompts(120);
        int wrong = 0;
        for (int i = 0; i < prompts.size(); i++) {
            AttributePrompts.Prompt prompt = prompts.get(i);
            assertThat(AttributeJudge.holds(prompt.attribute(), white(), plainArea())).as(prompt.text()).isFalse();
            Sample another = prompts.get((i + 1) % prompts.size()).composed(); // of the next kind of attribute
            wrong += AttributeJudge.holds(prompt.attribute(), frames(another), plainArea()) ? 1 : 0;
        }
        assertThat(wrong).isLessThan(24);
    }

    @Test
    void promptsAreTheSameForTheSameSeed() {
        assertThat(prompts(12)).usingRecursiveComparison().isEqualTo(prompts(12));
        assertThat(prompts(12)).extracting(AttributePrompts.Prompt::text).doesNotHaveDuplicates();
        assertThat(prompts(12)).noneMatch(p -> p.text().contains("coin"));
    }

    @Test
    void theCompositionIsScoredLikeAGeneratedClip() {
        try (var network = MobileNetV2.untrained(3)) {
            var evaluation = new FollowingEvaluation(
                    RealClips.onePerName(store, Split.TRAIN), network, FRAMES, 8, folder.resolve("cache"), Progress.SILENT);
            List<AttributePrompts.Prompt> prompts = prompts(12);
            FollowingReport same = evaluation.run(12, 5, (text, number) -> {
                assertThat(text).isEqualTo(prompts.get(number).text());
                return frames(prompts.get(number).composed());
            });
            assertThat(same.all().generated()).isEqualTo(same.all().composed()).isGreaterThan(0.8);
            assertThat(same.all().nameInFive()).isEqualTo(1); // three names
            assertThat(same.kinds()).hasSize(6);
            assertThat(same.kinds().get(PromptAttribute.Kind.DIRECTION).chance()).isEqualTo(0.25);
            FollowingReport none = evaluation.run(12, 5, (text, number) -> white());
            assertThat(none.all().generated()).isZero();
            assertThat(none.all().composed()).isEqualTo(same.all().composed());
        }
    }
}
