package org.praxino.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.condition.GivenMask;
import org.praxino.diffusion.GuidedBy;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.stream.Continuation;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GivenVideo;
import org.praxino.stream.PromptKind;
import org.praxino.stream.VideoModel;
import org.praxino.stream.WaltComponents;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.Progress;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.UserException;
import org.praxino.train.Optimisation;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.data.folder.FolderDataset;
import org.praxino.train.data.folder.FolderLayout;
import org.praxino.train.student.Dataset;
import org.praxino.train.walt.WaltTraining;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.WaltCodec;
import org.praxino.walt.WaltConfig;

/** The tasks of the paper at toy size: classes, frame prediction, long video, super-resolution, and what is refused before anything is encoded. */
@ExtendWith(LeakCheck.class)
class WaltTasksTest {
    private static final TrainLoop.Intervals INTERVALS = new TrainLoop.Intervals(10, 1, 10, 1);
    private static final WaltTraining.NoiseLevels LEVELS = new WaltTraining.NoiseLevels(WaltTraining.NoiseLevels.Distribution.UNIFORM, 0, 1, 1);
    private static final CodecConfig CODEC = new CodecConfig(
            2, List.of(8, 8), List.of(true), List.of(1, 3), 1, 1, 1, 0, 4, false, CodecConfig.Norm.LAYER, false, CodecConfig.Padding.FIRST_FRAME, true);
    private static final int SAMPLES = 96;
    private static final int BATCH = 4;
    private static final WaltConfig.Text WORDS = new WaltConfig.Text(384, WaltConfig.Cross.SPATIAL, 1, true, false);

    @TempDir
    private Path temp;

    private Path data;

    @BeforeEach
    void dataAndTokenizer() throws Exception {
        data = temp.resolve("data");
        for (int i = 0; i < 4; i++) {
            clip(temp.resolve("clips/red square/" + i + ".gif"), new Rgb(220, 20 + i, 20), i);
            clip(temp.resolve("clips/blue square/" + i + ".gif"), new Rgb(20, 20 + i, 220), i);
        }
        FolderDataset.prepare(temp.resolve("clips"), data, FolderDataset.Options.of(32, 8).withLayout(FolderLayout.CLASSES), Progress.SILENT);
        try (var guard = Grad.off();
                var scope = Scope.open("tokenizer");
                var codec = new WaltCodec(CODEC, Params.initialise(1, Device.CPU))) {
            // Layers that begin at zero would show the same picture for every latent.
            codec.params().all().forEach((name, w) -> w.copyFrom(w.add(RandomStream.of(3, name).normal(w.shape()).mul(0.2))));
            var info = ModelInfo.of("tokenizer", "walt-codec", new ModelInfo.ClipSize(32, 32, 9, 8), null, "Apache-2.0", Provenance.now(CODEC, null, 0, List.of()));
            ModelFolder.save(temp.resolve("tokenizer"), info, List.of(WaltComponents.codec(CODEC, new TensorMap(codec.params().all()), DType.F32)));
        }
    }

    private static WaltConfig network(WaltConfig.Text text, int classes, WaltConfig.Inputs inputs) {
        return new WaltConfig(
                new WaltConfig.TokenGrid(4, 5, 4, 4, 2), new WaltConfig.Width(32, 2, 2, 64, 2),
                new WaltConfig.Windows(2, 2, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, WaltConfig.QkNorm.LAYER), text, classes,
                inputs);
    }

    private static WaltTraining training(WaltConfig network, double given, List<Integer> lengths, WaltTraining.@Nullable LowResolutionTraining low) {
        boolean told = network.classes() > 0 || network.text().dim() > 0;
        var optimisation = new Optimisation(SAMPLES, BATCH, 1, 2e-2, 0, 0, 0.9, 0.99, 0, 1, 0.9, 1, "fp32", null);
        var phase = new WaltTraining.TrainingPhase(0, new Dataset(9, CompositionPreset.AS_IS, 6), null, lengths, LEVELS, 0, given,
                given > 0 ? List.of(GivenMask.FIRST, GivenMask.ENDS) : null);
        return new WaltTraining(network, new ProcessConfig(ProcessConfig.Family.ZERO_TERMINAL_SNR, 1, 4, told ? 2 : 1), List.of(phase), null, told ? 0.2 : 0, 0,
                low, optimisation);
    }

    private WaltRun run(String name, @Nullable String start, @Nullable Boolean moments, WaltTraining training) {
        return new WaltRun(name, "Apache-2.0", temp.resolve(name).toString(), data.toString(), temp.resolve("tokenizer").toString(), start, moments, INTERVALS,
                training);
    }

    private VideoModel trained(String name, WaltTraining training) {
        assertThat(WaltRunner.run(run(name, null, null, training), Device.CPU, Progress.SILENT, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
        assertThat(temp.resolve(name).resolve("sheets/%09d.png".formatted(SAMPLES))).isNotEmptyFile();
        return VideoModel.open(temp.resolve(name).resolve("model").toString(), Device.CPU, DType.F32);
    }

    @Test
    void aClassConditionalModelMakesClassesByNameAndNumber() {
        try (var model = trained("classes", training(network(WaltConfig.Text.NONE, 2, new WaltConfig.Inputs(false, false, false)), 0, List.of(1, 3, 5), null))) {
            assertThat(model.promptKind()).isEqualTo(PromptKind.CLASS);
            assertThat(model.classes().names()).containsExactly("blue square", "red square");
            var red = model.generate(GenerateRequest.of("Red  Square").withSeed(3).withGuidance(9));
            assertThat(red.frames()).hasSize(9);
            assertThat(red.request().prompt()).isEqualTo("red square");
            assertThat(pixels(model.generate(GenerateRequest.of("1").withSeed(3).withGuidance(9)))).as("by number").isEqualTo(pixels(red));
            assertThat(pixels(model.generate(GenerateRequest.of("0").withSeed(3).withGuidance(9)))).as("another class").isNotEqualTo(pixels(red));
            assertThat(pixels(model.generate(GenerateRequest.of("1").withSeed(3).withGuidance(1)))).as("guidance by class").isNotEqualTo(pixels(red));
            assertThatThrownBy(() -> model.resolve(GenerateRequest.of("square"))).isInstanceOf(UserException.class)
                    .hasMessage("\"square\" is none of the 2 classes of this model: give a number from 0 to 1, or a name such as \"blue square\", \"red square\"");
            assertThatThrownBy(() -> model.resolve(GenerateRequest.of("2"))).isInstanceOf(UserException.class);
            assertThatThrownBy(() -> model.resolve(GenerateRequest.of("1").withNegative("x"))).isInstanceOf(UserException.class)
                    .hasMessageContaining("takes text");
            assertThatThrownBy(() -> model.resolve(GenerateRequest.of("1").withFirstFrame(frame(0)))).isInstanceOf(UserException.class);
        }
        var causal = new OdeRun(temp.resolve("ode").toString(), temp.resolve("classes").toString(), null, data.toString(), temp.resolve("tokenizer").toString(),
                INTERVALS, ode());
        assertThatThrownBy(() -> causal.train(Device.CPU, Progress.SILENT, l -> {})).isInstanceOf(UserException.class)
                .hasMessageContaining("takes no text, and students are trained with text");
    }

    private static org.praxino.train.ode.OdeTraining ode() {
        return new org.praxino.train.ode.OdeTraining(new org.praxino.diffusion.StudentPlan(1, List.of(1000.0, 500.0), 1, 1),
                new Dataset(9, CompositionPreset.AS_IS, 6), new org.praxino.train.ode.OdeTraining.Trajectories(2, List.of(2), 2, 1),
                org.praxino.train.ode.OdeTraining.Context.CLEAN, 0, false, new Optimisation(4, 2, 1, 1e-3, 0, 0, 0.9, 0.99, 0, 1, 0.9, 1, "fp32", null));
    }

    @Test
    void anUnconditionalModelPredictsFramesFromGivenOnes() {
        try (var model = trained("prediction", training(network(WaltConfig.Text.NONE, 0, new WaltConfig.Inputs(false, true, false)), 0.5, List.of(3, 5), null))) {
            assertThat(model.promptKind()).isEqualTo(PromptKind.NONE);
            assertThat(model.promptWarnings("x").getFirst()).contains("takes neither text nor class");
            var request = GenerateRequest.of("x").withSeed(1);
            List<Frame> five = List.of(frame(0), frame(1), frame(2), frame(3), frame(4));
            var start = new GivenVideo(new GivenVideo.Start(five), GuidedBy.FRAMES);
            var predicted = pixels(model.generate(request.withGiven(start)));
            assertThat(predicted).hasSize(9);
            assertThat(predicted.subList(0, 5)).as("what is given comes back as the tokenizer gives it, whatever the noise")
                    .isEqualTo(pixels(model.generate(request.withSeed(2).withGiven(start))).subList(0, 5));
            assertThat(pixels(model.generate(request.withGiven(start).withGuidance(9)))).as("guidance on the given frames").isNotEqualTo(predicted);
            assertThatThrownBy(() -> model.resolve(request.withGuidance(3))).isInstanceOf(UserException.class).hasMessageContaining("guide by given frames");
            assertThat(model.generate(request.withGiven(new GivenVideo(new GivenVideo.Ends(frame(0), frame(8)), GuidedBy.CONDITION))).frames()).hasSize(9);
            assertThat(model.generate(request.withGiven(new GivenVideo(new GivenVideo.End(five), GuidedBy.CONDITION))).frames()).hasSize(9);

            Frame mask = half();
            var nine = java.util.stream.IntStream.range(0, 9).mapToObj(WaltTasksTest::frame).toList();
            var repainted = model.generate(request.withGiven(new GivenVideo(new GivenVideo.Region(nine, mask), GuidedBy.CONDITION))).frames();
            assertThat(repainted).hasSize(9);
            assertThat(Arrays.copyOf(repainted.get(3).data(), 48)).as("where the mask is black nothing changed").isEqualTo(Arrays.copyOf(nine.get(3).data(), 48));
            assertThat(Arrays.copyOfRange(repainted.get(3).data(), 48, 96)).isNotEqualTo(Arrays.copyOfRange(nine.get(3).data(), 48, 96));

            for (Continuation how : Continuation.values()) {
                var plain = pixels(model.generate(request));
                GeneratedVideo longer = model.generate(request.withFrames(21).withContinuation(how));
                assertThat(longer.frames()).as(how.toString()).hasSize(21);
                assertThat(pixels(longer).subList(0, 9)).as("it begins as the clip of one piece").isEqualTo(plain);
            }
            assertThatThrownBy(() -> model.resolve(request.withFrames(201))).isInstanceOf(UserException.class).hasMessageContaining("a continuation makes longer");
            var whole = new GivenVideo(new GivenVideo.Start(nine), GuidedBy.CONDITION);
            assertThatThrownBy(() -> model.resolve(request.withGiven(whole))).isInstanceOf(UserException.class)
                    .hasMessageContaining("9 given frames leave nothing of a clip of 9 frames");
        }
    }

    @Test
    void aSuperResolutionStageDoublesAClip() {
        var low = new WaltTraining.LowResolutionTraining(400);
        try (var model = trained("upscale", training(network(WORDS, 0, new WaltConfig.Inputs(true, false, true)), 0, List.of(1, 5), low))) {
            var halves = java.util.stream.IntStream.range(0, 9).mapToObj(t -> Frame.filled(16, 16, new Rgb(20 * t, 90, 30))).toList();
            var request = GenerateRequest.of("a red square").withSeed(1);
            var clean = model.generate(request.withGiven(new GivenVideo(new GivenVideo.HalfSize(halves, 0), GuidedBy.CONDITION)));
            assertThat(clean.frames()).hasSize(9).allSatisfy(f -> assertThat(f.width()).isEqualTo(32));
            var noisy = model.generate(request.withGiven(new GivenVideo(new GivenVideo.HalfSize(halves, 500), GuidedBy.CONDITION)));
            assertThat(pixels(noisy)).as("noise and its level").isNotEqualTo(pixels(clean));
            assertThatThrownBy(() -> model.resolve(request)).isInstanceOf(UserException.class).hasMessage("this model enlarges clips of 16x16: give it one");
            var wrong = new GivenVideo(new GivenVideo.HalfSize(List.of(frame(0)), 0), GuidedBy.CONDITION);
            assertThatThrownBy(() -> model.resolve(request.withGiven(wrong))).isInstanceOf(UserException.class).hasMessageContaining("not of 32x32");
        }
    }

    @Test
    void aStageGoesOnFromARunInFp32WithItsMoments() {
        var training = training(network(WORDS, 0, new WaltConfig.Inputs(false, false, false)), 0, List.of(3), null);
        trained("first", training).close();
        var checkpoint = RunFolder.openExisting(temp.resolve("first")).latest().orElseThrow();
        StageStart start = StageStart.open(temp.resolve("first"));
        try (var handed = start.weights(ModelFolder.DENOISER); var model = start.model().weights(ModelFolder.DENOISER)) {
            assertThat(handed.dtype("patch.weight")).isEqualTo(DType.F32);
            assertThat(model.dtype("patch.weight")).isEqualTo(DType.BF16);
        }
        var next = run("second", temp.resolve("first").toString(), true, training);
        WaltRunner.run(next, Device.CPU, Progress.SILENT, loop -> {});
        var second = RunFolder.openExisting(temp.resolve("second")).latest().orElseThrow();
        assertThat(second.state().samples()).isEqualTo(SAMPLES);
        assertThat(second.state().steps()).as("updates go on where the moments come from").isEqualTo(2 * checkpoint.state().steps());
        assertThatThrownBy(() -> refused(run("third", temp.resolve("first/model").toString(), true, training)))
                .hasMessageContaining("moments=true needs start to be the folder of a run");
        var other = training(network(WORDS, 0, new WaltConfig.Inputs(true, false, false)), 0, List.of(3), null);
        assertThatThrownBy(() -> WaltRunner.run(run("fourth", temp.resolve("first").toString(), true, other), Device.CPU, Progress.SILENT, loop -> {}))
                .isInstanceOf(UserException.class).hasMessageContaining("is of another network: its patch.weight is");
    }

    @Test
    void whatCannotBeTrainedIsRefusedBeforeAnythingIsEncoded() throws Exception {
        var plain = new WaltConfig.Inputs(false, false, false);
        refusal(network(WaltConfig.Text.NONE, 3, plain), "network.classes=3 must be 2, the number of classes in");
        refusal(network(new WaltConfig.Text(2048, WaltConfig.Cross.SPATIAL, 1, true, false), 0, plain), "network.textDim=2048 must be 384");
        assertThatThrownBy(() -> training(network(WORDS, 0, new WaltConfig.Inputs(false, false, true)), 0, List.of(1), null))
                .hasMessageContaining("network.lowResolution=true needs the setting lowResolution");
        assertThatThrownBy(() -> training(network(WORDS, 0, plain), 0, List.of(1), new WaltTraining.LowResolutionTraining(1)))
                .hasMessageContaining("lowResolution needs network.lowResolution=true");
        assertThatThrownBy(() -> training(network(WORDS, 0, new WaltConfig.Inputs(false, true, false)), 0.1, List.of(1, 1), null))
                .hasMessageContaining("framePrediction=0.1 needs a length of 2 latent frames or more, and lengths=[1, 1] leaves nothing to predict");
        var t = training(network(WORDS, 0, plain), 0, List.of(1), null);
        refusal(new WaltTraining(t.network(), t.process(), t.phases(), null, 0, 0, t.optimisation()), "process.guidance=2.0 needs textDrop above 0");
        var none = training(network(WaltConfig.Text.NONE, 0, plain), 0, List.of(1), null);
        refusal(new WaltTraining(none.network(), none.process(), none.phases(), null, 0.1, 0, none.optimisation()), "textDrop=0.1 has nothing to drop");
        refusal(training(network(WORDS, 0, plain), 0, List.of(7), null), "lengths=[7] goes beyond the 5 latent frames of frames=9");
        var wide = new WaltConfig(new WaltConfig.TokenGrid(4, 5, 3, 3, 2), t.network().width(), new WaltConfig.Windows(
                1, 1, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, WaltConfig.QkNorm.LAYER), WORDS, 0, plain);
        refusal(wide, "holds pictures of 32x32, and this network's patches and windows need a width that is a multiple of 24");

        FolderDataset.prepare(stills(), temp.resolve("stills"), FolderDataset.Options.of(32, 8), Progress.SILENT);
        data = temp.resolve("stills");
        refusal(network(WaltConfig.Text.NONE, 2, plain), "network.classes=2 needs data with classes, and");
        refusal(training(network(WORDS, 0, plain), 0, List.of(3), null), "lengths=[3] needs clips that move");
    }

    private void refusal(WaltConfig network, String sentence) {
        refusal(training(network, 0, List.of(1), null), sentence);
    }

    private void refusal(WaltTraining training, String sentence) {
        assertThatThrownBy(() -> refused(run("refused", null, null, training))).isInstanceOf(UserException.class).hasMessageContaining(sentence);
        assertThat(data.resolve("latents")).doesNotExist();
        assertThat(temp.resolve("refused")).doesNotExist();
    }

    private static void refused(WaltRun run) {
        WaltRunner.run(run, Device.CPU, (done, total, note) -> fail("something is encoded"), loop -> fail("it is trained"));
    }

    private Path stills() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("pictures"));
        try (var writer = VideoWriter.open(folder.resolve("a.png"), WriteOptions.plain(8))) {
            writer.write(frame(0));
            writer.finish();
        }
        Files.writeString(folder.resolve("a.txt"), "a picture");
        return folder;
    }

    private static List<ByteBuffer> pixels(GeneratedVideo video) {
        return video.frames().stream().map(f -> ByteBuffer.wrap(f.data())).toList();
    }

    private static Frame frame(int t) {
        return Frame.filled(32, 32, new Rgb(25 * t, 200 - 20 * t, 90));
    }

    /** White on the right. */
    private static Frame half() {
        byte[] data = new byte[32 * 32 * 3];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i / 3 % 32 < 16 ? 0 : 255);
        }
        return new Frame(32, 32, 3, data);
    }

    private static void clip(Path file, Rgb colour, int seed) throws Exception {
        Files.createDirectories(file.getParent());
        try (var writer = VideoWriter.open(file, WriteOptions.plain(8))) {
            for (int t = 0; t < 9; t++) {
                byte[] pixels = Frame.filled(32, 32, Rgb.WHITE).data().clone();
                for (int i = 0; i < 12 * 12; i++) {
                    int at = ((8 + i / 12) * 32 + (t * 2 + seed + i % 12) % 32) * 3;
                    pixels[at] = (byte) colour.red();
                    pixels[at + 1] = (byte) colour.green();
                    pixels[at + 2] = (byte) colour.blue();
                }
                writer.write(new Frame(32, 32, 3, pixels));
            }
            writer.finish();
        }
    }
}
