package org.praxino.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.TestScript;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipInfo.Split;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.MovingClipStore;
import org.praxino.train.data.MovingClipStore.Disc;
import org.praxino.train.student.WholeClipCodec;

@ExtendWith(LeakCheck.class)
class EvaluationTest {
    private static final int FRAMES = 16;

    @TempDir
    Path folder;

    private ClipStore store;
    private RealClips real;
    private MobileNetV2 network;

    @BeforeEach
    void open() throws IOException {
        store = MovingClipStore.write(folder.resolve("data"), FRAMES, List.of(
                new Disc("red disc", new int[] {255, 0, 0}, 6, Split.TRAIN),
                new Disc("red disc", new int[] {200, 30, 0}, 5, Split.TRAIN),
                new Disc("blue disc", new int[] {0, 0, 255}, 7, Split.TRAIN),
                new Disc("black disc", new int[] {0, 0, 0}, 3, Split.TRAIN),
                new Disc("green disc", new int[] {0, 255, 0}, 3, Split.HELD_OUT)));
        real = new RealClips(store, Split.TRAIN);
        network = MobileNetV2.untrained(3);
    }

    @AfterEach
    void close() {
        network.close();
        store.close();
    }

    @Test
    void onePerNameKeepsEachNameOnce() {
        assertThat(RealClips.onePerName(store, Split.TRAIN).clips())
                .extracting(c -> c.info().name())
                .containsExactly("red disc", "blue disc", "black disc");
    }

    private Evaluation evaluation() {
        return new Evaluation(real, network, FRAMES, 5, folder.resolve("cache"), Progress.SILENT);
    }

    @Test
    void promptsUseEveryNameBeforeOneComesAgain() {
        List<EvalPrompt> prompts = EvalPrompt.draw(real, 6, 11, EvalPrompt.Wording.ANY);
        assertThat(prompts.subList(0, 3).stream().map(EvalPrompt::name)).containsExactlyInAnyOrder("red disc", "blue disc", "black disc");
        assertThat(prompts.subList(3, 6).stream().map(EvalPrompt::name)).containsExactlyInAnyOrder("red disc", "blue disc", "black disc");
        assertThat(prompts).allSatisfy(p -> {
            assertThat(p.text()).isIn("a " + p.name(), "a swinging " + p.name());
            assertThat(real.clips().get(p.index()).info().name()).isEqualTo(p.name());
        });
        assertThat(EvalPrompt.draw(real, 6, 11, EvalPrompt.Wording.ANY)).isEqualTo(prompts);
        assertThat(EvalPrompt.draw(real, 6, 12, EvalPrompt.Wording.ANY)).isNotEqualTo(prompts);
    }

    @Test
    void aPerfectCopyScoresAsTheRealClipsDoAndAWrongOneDoesNot() {
        List<EvalPrompt> prompts = EvalPrompt.draw(real, 3, 0, EvalPrompt.Wording.ANY);
        EvaluationReport copy = evaluation().run(prompts, (p, i) -> real.video(real.clips().get(p.index()), 0, FRAMES), null, null);
        assertThat(copy.generated().firstPlace()).isEqualTo(1);
        assertThat(copy.generated().motionRatio()).isEqualTo(1, within(1e-9));
        assertThat(copy.generated().fdMobileNetV2()).isEqualTo(copy.real().fdMobileNetV2(), within(1e-6));
        assertThat(copy.generated().fvd()).isNull();
        assertThat(copy.names()).isEqualTo(3);
        assertThat(copy.realClips()).isEqualTo(4);
        assertThat(copy.still().motionEnergy()).isZero();
        assertThat(copy.still().fdMobileNetV2Motion()).isGreaterThan(copy.real().fdMobileNetV2Motion());
        assertThat(copy.each()).hasSize(3).allSatisfy(f -> {
            assertThat(f.margin()).as("nearer to its own name than to another").isPositive();
            assertThat(f.place()).isEqualTo(1);
            assertThat(f.nearest()).isEqualTo(f.name());
        });

        int blue = 2; // always the blue disc, whatever is asked for
        EvaluationReport wrong = evaluation().run(prompts, (p, i) -> real.video(real.clips().get(blue), 0, FRAMES), null, null);
        assertThat(wrong.generated().firstPlace()).isEqualTo(1 / 3.0, within(1e-9));
        assertThat(wrong.generated().firstFive()).isEqualTo(1); // there are but four real clips
        assertThat(wrong.generated().fdMobileNetV2()).isGreaterThan(copy.generated().fdMobileNetV2());
        assertThat(Json.parse(Json.pretty(wrong), "report", EvaluationReport.class)).isEqualTo(wrong);
    }

    /** A tokenizer that gives back what it got, or only the first frame of it, held still. */
    private record Given(boolean still) implements WholeClipCodec {
        @Override
        public int latentChannels() {
            return 3;
        }

        @Override
        public int timeFactor() {
            return 1;
        }

        @Override
        public int spaceFactor() {
            return 1;
        }

        @Override
        public Tensor encode(Tensor video) {
            return still ? video.narrow(2, 0, 1).expand(video.shape()) : video;
        }

        @Override
        public Tensor decode(Tensor latents) {
            return latents;
        }
    }

    @Test
    void reconstructionsAreScoredWithoutAGenerator() {
        List<EvalPrompt> prompts = EvalPrompt.draw(real, 3, 0, EvalPrompt.Wording.PLAIN);
        assertThat(prompts).allSatisfy(p -> assertThat(p.text()).isEqualTo("a " + p.name()));
        EvaluationReport exact = evaluation().run(prompts, null, new Given(false), null);
        assertThat(exact.generated()).isNull();
        assertThat(exact.each()).isEmpty();
        assertThat(exact.reconstruction()).isEqualTo(exact.real());
        EvaluationReport held = evaluation().run(prompts, null, new Given(true), null);
        assertThat(held.reconstruction().motionRatio()).isZero();
        assertThat(held.reconstruction().fdMobileNetV2Motion()).isEqualTo(held.still().fdMobileNetV2Motion(), within(1e-6));
    }

    /** Four real clips: two of the red disc, one of each other; of five places all four are looked at. */
    @Test
    void chanceIsThatOfARandomOrder() {
        EvaluationReport r = evaluation().run(EvalPrompt.draw(real, 3, 0, EvalPrompt.Wording.ANY), null, new Given(false), null);
        assertThat(r.chanceFirst()).isEqualTo((0.5 + 0.25 + 0.25) / 3, within(1e-12));
        assertThat(r.chanceFive()).isEqualTo(1, within(1e-12));
        assertThat(r.chanceFirstFolded()).as("no name has a gender here").isEqualTo(r.chanceFirst());
    }

    @Test
    void aNameOfTheSameBaseCountsWhenGendersAreFolded() {
        try (ClipStore people = MovingClipStore.write(folder.resolve("people"), FRAMES, List.of(
                new Disc("man", new int[] {255, 0, 0}, 6, Split.TRAIN),
                new Disc("woman", new int[] {250, 0, 0}, 6, Split.TRAIN),
                new Disc("tree", new int[] {0, 255, 0}, 2, Split.TRAIN)), name -> name.equals("tree") ? name : "person")) {
            var clips = new RealClips(people, Split.TRAIN);
            var report = new Evaluation(clips, network, FRAMES, 5, folder.resolve("cache"), Progress.SILENT).run(
                    List.of(new EvalPrompt("a man", "man", "person", 0)), (p, i) -> clips.video(clips.clips().get(1), 0, FRAMES), null, null);
            assertThat(report.generated().firstPlace()).isZero();
            assertThat(report.generated().firstPlaceFolded()).isEqualTo(1);
            assertThat(report.chanceFirst()).isEqualTo(1 / 3.0, within(1e-12));
            assertThat(report.chanceFirstFolded()).isEqualTo(2 / 3.0, within(1e-12));
            assertThat(report.chanceFiveFolded()).isEqualTo(1, within(1e-12));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void realFeaturesAreComputedOnceForTheSameData() throws IOException {
        List<EvalPrompt> prompts = EvalPrompt.draw(real, 1, 0, EvalPrompt.Wording.ANY);
        Evaluation.Generator copy = (p, i) -> real.video(real.clips().get(p.index()), 0, FRAMES);
        evaluation().run(prompts, copy, null, null);
        List<String> notes = new ArrayList<>();
        new Evaluation(real, network, FRAMES, 5, folder.resolve("cache"), (done, total, note) -> notes.add(note)).run(prompts, copy, null, null);
        assertThat(notes).containsExactly("prompts scored");
        new Evaluation(real, network, FRAMES, 7, folder.resolve("cache"), Progress.SILENT).run(prompts, copy, null, null);
        try (var files = Files.list(folder.resolve("cache"))) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void clipsOfTheWrongLengthAndEmptySplitsAreRefused() {
        List<EvalPrompt> prompts = EvalPrompt.draw(real, 1, 0, EvalPrompt.Wording.ANY);
        assertThatThrownBy(() -> evaluation().run(prompts, (p, i) -> real.video(real.clips().get(0), 0, 4), null, null))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("[3, 16, H, W]");
        try (ClipStore none = MovingClipStore.write(folder.resolve("none"), 4, List.of(new Disc("x", new int[3], 1, Split.TRAIN)))) {
            assertThatThrownBy(() -> EvalPrompt.draw(new RealClips(none, Split.HELD_OUT), 1, 0, EvalPrompt.Wording.ANY))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no moving clip in the split HELD_OUT");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void realClipsLieOnWhite() {
        Tensor video = real.video(real.clips().get(0), 0, 2);
        assertThat(video.shape()).containsExactly(3, 2, 32, 32);
        assertThat(video.select(1, 0).select(1, 0).select(1, 0).toFloatArray()).containsExactly(1, 1, 1);
        assertThat(video.select(1, 0).select(1, 16).select(1, 16).toFloatArray()).containsExactly(1, -1, -1);
    }

    /** A stand-in for I3D that takes the same flags: per channel, the mean and the mean frame step. */
    @Test
    void fvdRunsAGivenTorchScriptNetworkByTheProtocol() {
        Path script = TestScript.save(folder.resolve("i3d.pt"), """
                def forward(self, x, rescale: bool = False, resize: bool = False, return_features: bool = False):
                    y = x / 127.5 - 1 if rescale else x
                    step = (y[:, :, 1:] - y[:, :, :-1]).abs()
                    return torch.cat([y.mean([2, 3, 4]), step.mean([2, 3, 4])], 1)
                """);
        try (I3dFvd i3d = I3dFvd.open(script, Device.CPU, 6)) {
            List<EvalPrompt> prompts = EvalPrompt.draw(real, 3, 0, EvalPrompt.Wording.ANY);
            EvaluationReport copy = evaluation().run(prompts, (p, i) -> real.video(real.clips().get(p.index()), 0, FRAMES), null, i3d);
            assertThat(copy.generated().fvd()).isEqualTo(copy.real().fvd(), within(1e-9));
            assertThat(copy.still().fvd()).isGreaterThan(copy.real().fvd());
            assertThat(copy.fvdProtocol()).contains("StyleGAN-V").contains("4 real against 3 generated").contains("2048");
        }
        try (I3dFvd other = I3dFvd.open(script, Device.CPU); FeatureStatistics statistics = other.statistics()) {
            assertThatThrownBy(() -> other.add(statistics, real.video(real.clips().get(0), 0, FRAMES)))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("[1, 400]");
        }
    }
}
