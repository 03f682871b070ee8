package org.praxino.train.data.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.Sample;
import org.praxino.train.data.TestClipStore;

/** Red clips and stills on white: what the caption says must be found in the pixels. */
class ClipComposerTest {

    private static final int SIZE = TestClipStore.SIZE;
    private static final CompositionSettings PLACED = only(0, 1, 0, 0, 0, 0);
    private static final CompositionSettings MOVED = only(0, 0, 1, 0, 0, 0);
    private static final CompositionSettings PAIRED = only(0, 0, 0, 1, 0, 0);
    private static final CompositionSettings BEHIND = only(1, 0, 0, 0, 0, 0);
    private static final CompositionSettings COLOURED = only(0, 0, 0, 0, 1, 0);
    private static final CompositionSettings COPIED = only(0, 0, 0, 0, 0, 1);

    private static CompositionSettings only(double background, double placement, double motion, double pair, double colour, double copies) {
        return new CompositionSettings(CompositionSettings.SplitFilter.TRAIN,
                new CompositionSettings.Features(background, placement, motion, pair, colour, copies), 0.3, 0.3, 0, 0.2, 1, 1, false, false);
    }

    @TempDir
    private Path folder;

    private ClipStore store;

    @BeforeEach
    void open() throws IOException {
        store = new TestClipStore().add("tomato", 5, true, 255, 0, ClipInfo.Split.TRAIN)
                .add("lime", 5, true, 0, 255, ClipInfo.Split.TRAIN)
                .add("brick", 1, true, 255, 0, ClipInfo.Split.TRAIN)
                .add("secret", 5, true, 255, 0, ClipInfo.Split.HELD_OUT).open(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aSampleDependsOnSeedAndIndexOnly() {
        ClipComposer one = ClipComposer.of(store, CompositionSettings.mixed());
        ClipComposer two = ClipComposer.of(store, CompositionSettings.mixed());
        Set<String> captions = new HashSet<>();
        for (int i = 20; i >= 0; i--) {
            Sample sample = one.sample(7, i, 9);
            assertThat(sample).usingRecursiveComparison().isEqualTo(two.sample(7, i, 9));
            captions.add(sample.caption());
        }
        assertThat(captions).hasSizeGreaterThan(8);
        assertThat(one.sample(8, 0, 9)).usingRecursiveComparison().isNotEqualTo(one.sample(7, 0, 9));
        assertThat(one.digest()).isEqualTo(two.digest()).isNotEqualTo(ClipComposer.of(store, CompositionSettings.plain()).digest());
    }

    @Test
    void positionsInCaptionsAreTrue() {
        ClipComposer composer = ClipComposer.of(store, PLACED);
        int seen = 0;
        for (int i = 0; i < 150; i++) {
            Sample sample = composer.sample(1, i, 1);
            Blob blob = Blob.of(sample, 0);
            String caption = sample.caption();
            assertThat(blob.x < 0.4).as(caption).isEqualTo(caption.contains("left"));
            assertThat(blob.x > 0.6).as(caption).isEqualTo(caption.contains("right"));
            assertThat(blob.y < 0.4).as(caption).isEqualTo(caption.matches(".*(top|upper).*"));
            assertThat(blob.y > 0.6).as(caption).isEqualTo(caption.matches(".*(bottom|lower).*"));
            if (caption.matches(".*(small|little|tiny).*")) {
                assertThat(blob.area).as(caption).isLessThan(0.3);
                seen++;
            }
            if (caption.matches(".*(large|big|huge|close|near).*")) {
                assertThat(blob.area).as(caption).isGreaterThan(0.99);
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(30);
    }

    @Test
    void theWordsOfMotionsAreTrue() {
        ClipComposer composer = ClipComposer.of(store, MOVED);
        Set<String> kinds = new HashSet<>();
        for (int i = 0; i < 90; i++) {
            Sample sample = composer.sample(2, i, 33);
            Blob first = Blob.of(sample, 0);
            Blob last = Blob.of(sample, 32);
            String caption = sample.caption();
            if (caption.matches(".*(up and down|side to side|left and right).*")) {
                kinds.add("swing");
            } else if (caption.matches(".*(spinning|rotating|round and round).*")) {
                assertThat(first.x).as(caption).isCloseTo(last.x, within(0.02));
                assertThat(first.area).as(caption).isCloseTo(last.area, within(0.04)); // pixels of the edges count whole
                kinds.add("spin");
            } else if (caption.matches(".*(growing|bigger|closer).*")) {
                assertThat(last.area).as(caption).isGreaterThan(2 * first.area);
                kinds.add("grow");
            } else if (caption.matches(".*(shrinking|smaller|away).*")) {
                assertThat(first.area).as(caption).isGreaterThan(2 * last.area);
                kinds.add("shrink");
            } else if (caption.matches(".*(to the left|moving left|right to left).*")) {
                assertThat(first.x - last.x).as(caption).isGreaterThan(0.3);
                kinds.add("left");
            } else if (caption.matches(".*(to the right|moving right|left to right).*")) {
                assertThat(last.x - first.x).as(caption).isGreaterThan(0.3);
                kinds.add("right");
            } else if (caption.matches(".*(rising|up|upwards)\\b.*")) {
                assertThat(first.y - last.y).as(caption).isGreaterThan(0.3);
                kinds.add("up");
            } else {
                assertThat(caption).matches(".*(sinking|down|downwards)\\b.*");
                assertThat(last.y - first.y).as(caption).isGreaterThan(0.3);
                kinds.add("down");
            }
        }
        assertThat(kinds).hasSize(8);
    }

    @Test
    void theWordsOfPairsAreTrue() {
        ClipComposer composer = ClipComposer.of(store, PAIRED);
        int left = 0;
        for (int i = 0; i < 60; i++) {
            Sample sample = composer.sample(3, i, 2);
            String caption = sample.caption();
            Blob red = Blob.of(sample, 0, 0);
            Blob green = Blob.of(sample, 0, 1);
            if (caption.contains("tomato") && caption.contains("lime") && caption.matches(".* to the (left|right) of .*")) {
                boolean tomatoFirst = caption.indexOf("tomato") < caption.indexOf("lime");
                boolean redIsLeft = tomatoFirst == caption.contains("left of");
                assertThat(red.x < green.x).as(caption).isEqualTo(redIsLeft);
                left++;
            }
            if (caption.matches("a tomato (above|below|under) a lime.*")) {
                assertThat(red.y < green.y).as(caption).isEqualTo(caption.contains("above"));
            }
        }
        assertThat(left).isGreaterThan(5);
    }

    @Test
    void theColourSaidIsTheColourBehind() {
        ClipComposer composer = ClipComposer.of(store, BEHIND);
        Set<Class<?>> kinds = new HashSet<>();
        for (int i = 0; i < 80; i++) {
            Composition made = composer.compose(4, i, 1);
            kinds.add(made.background().getClass());
            assertThat(made.background().words()).anyMatch(words -> made.caption().endsWith(words));
            if (made.background() instanceof SceneBackground.Plain(NamedColour colour, float[] shade)) {
                assertThat(made.caption()).contains(colour.word);
                float[] canvas = new float[SIZE * SIZE * 3];
                made.background().paint(canvas, SIZE, SIZE);
                assertThat(canvas).startsWith(shade).endsWith(shade);
            }
        }
        assertThat(kinds).hasSize(4);
    }

    @Test
    void theColourInTheCaptionIsTheColourOfTheObject() {
        ClipComposer composer = ClipComposer.of(store, COLOURED);
        Set<NamedColour> seen = new HashSet<>();
        for (int i = 0; i < 80; i++) {
            Sample sample = composer.sample(6, i, 1);
            NamedColour said = NamedColour.HUES.stream().filter(c -> sample.caption().matches("an? " + c.word + " .*")).findFirst().orElseThrow();
            int p = (SIZE / 2 * SIZE + SIZE / 2) * 3;
            float hue = NamedColour.hue(new int[] {sample.rgb()[p] & 255, sample.rgb()[p + 1] & 255, sample.rgb()[p + 2] & 255});
            assertThat(hue).as(sample.caption()).isCloseTo(said.hue(), within(0.1f));
            seen.add(said);
        }
        assertThat(seen).hasSizeGreaterThan(6);
    }

    @Test
    void aNameWithAColourIsNotRecoloured() {
        ClipInfo heart = new ClipInfo("a.webp", "blue heart", "blue heart", "blue heart", Map.of("group", "smileys"), ClipInfo.Split.TRAIN, 1,
                List.of("a blue heart"), List.of("blue heart"), List.of());
        ClipInfo runner = new ClipInfo("b.webp", "runner", "runner", "runner", Map.of("group", "people"), ClipInfo.Split.TRAIN, 1,
                List.of("a runner"), List.of("runner"), List.of());
        assertThat(Recolouring.suits(heart)).isFalse();
        assertThat(Recolouring.suits(runner)).isFalse();
        assertThat(Recolouring.suits(store.clips().getFirst().info())).isTrue();
    }

    @Test
    void theNumberSaidIsTheNumberShown() {
        ClipComposer composer = ClipComposer.of(store, COPIED);
        Map<String, Integer> counts = Map.of("two", 2, "a pair of", 2, "three", 3, "four", 4);
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            Composition made = composer.compose(7, i, 1);
            int count = counts.entrySet().stream().filter(e -> made.caption().startsWith(e.getKey() + " ")).findFirst().orElseThrow().getValue();
            assertThat(made.sprites()).as(made.caption()).hasSize(count);
            assertThat(made.caption()).containsPattern("(tomatoes|limes|bricks)");
            seen.add(count);
        }
        assertThat(seen).containsExactlyInAnyOrder(2, 3, 4);
    }

    @Test
    void stillsSayNothingOfMotionAndHeldOutNamesStayOut() {
        CompositionSettings rich = only(0.5, 0.5, 1, 0.3, 0.5, 0.5);
        ClipComposer composer = ClipComposer.of(store, rich);
        for (int i = 0; i < 200; i++) {
            Sample sample = composer.sample(5, i, 1);
            assertThat(sample.caption()).doesNotContainPattern("dancing|moving|drifting|growing|shrinking|swaying|rising|spinning|rotating");
            assertThat(sample.heldOut()).isFalse();
            assertThat(sample.caption()).doesNotContain("secret");
        }
        ClipComposer unseen = ClipComposer.of(store, rich.withSplit(CompositionSettings.SplitFilter.HELD_OUT));
        Sample sample = unseen.sample(5, 0, 5);
        assertThat(sample.heldOut()).isTrue();
        assertThat(sample.name()).isEqualTo("secret");
    }

    @Test
    void whitePlainSamplesAreTheClipItself() {
        CompositionSettings bare = new CompositionSettings(
                CompositionSettings.SplitFilter.TRAIN, CompositionSettings.Features.NONE, 0, 0, 0, 0, 0, 1, false, false);
        Sample sample = ClipComposer.of(store, bare).sample(1, 0, 7);
        int frame = SIZE * SIZE * 3;
        for (int t = 0; t < 7; t++) {
            assertThat(sample.rgb()[t * frame + 2] & 255).isEqualTo(10 * (t % 5));
        }
        assertThat(sample.caption()).isIn(sample.name(), "a " + sample.name());
    }

    @Test
    void impossibleAskingIsRefused() throws IOException {
        assertThatThrownBy(() -> new CompositionSettings.Features(1.5, 0, 0, 0, 0, 0))
                .isInstanceOf(ConfigException.class).hasMessageContaining("background=1.5");
        assertThatThrownBy(() -> ClipComposer.of(store, CompositionSettings.plain()).sample(0, 0, 0)).hasMessageContaining("not 0");
        try (ClipStore none = new TestClipStore().add("secret", 2, true, 0, 0, ClipInfo.Split.HELD_OUT).open(folder.resolve("b"))) {
            assertThatThrownBy(() -> ClipComposer.of(none, CompositionSettings.plain()).sample(0, 0, 3)).isInstanceOf(UserException.class);
        }
    }

    /** Where the paint on a white frame is: centre and share of the frame. */
    private record Blob(double x, double y, double area) {

        static Blob of(Sample sample, int frame) {
            return of(sample, frame, -1);
        }

        /** Pixels in which this channel outshines the others; any paint for -1. */
        static Blob of(Sample sample, int frame, int channel) {
            double sum = 0;
            double x = 0;
            double y = 0;
            for (int i = 0; i < SIZE * SIZE; i++) {
                int p = (frame * SIZE * SIZE + i) * 3;
                int[] rgb = {sample.rgb()[p] & 255, sample.rgb()[p + 1] & 255, sample.rgb()[p + 2] & 255};
                boolean painted = Math.min(rgb[0], Math.min(rgb[1], rgb[2])) < 200;
                if (painted && (channel < 0 || rgb[channel] > rgb[1 - channel] + 50)) {
                    sum++;
                    x += (i % SIZE + 0.5) / SIZE;
                    y += (i / SIZE + 0.5) / SIZE;
                }
            }
            return new Blob(x / sum, y / sum, sum / SIZE / SIZE);
        }
    }
}
