package org.praxino.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.diffusion.StudentPlan;
import org.praxino.io.Sha256;
import org.praxino.io.model.ModelFolder;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.VideoModel;
import org.praxino.stream.WaltComponents;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.train.Optimisation;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.causal.CausalTraining;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.data.folder.FolderDataset;
import org.praxino.train.dmd.DmdTraining;
import org.praxino.train.ode.OdeTraining;
import org.praxino.train.student.Dataset;
import org.praxino.train.tokenizer.TokenizerLosses;
import org.praxino.train.tokenizer.TokenizerTraining;
import org.praxino.train.walt.WaltTraining;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltConfig;

/** The whole road at toy size: clips in a folder, a tokenizer, a transformer, a model folder, a prompt, a file. */
@ExtendWith(LeakCheck.class)
class EndToEndTest {
    private static final WaltTraining.NoiseLevels LEVELS = new WaltTraining.NoiseLevels(WaltTraining.NoiseLevels.Distribution.LOGIT_NORMAL, 0, 1, 2);

    @TempDir
    private Path temp;

    @Test
    void fromClipsInAFolderToAPlayableFile() throws Exception {
        Path data = temp.resolve("data");
        clips(temp.resolve("clips"));
        FolderDataset.prepare(temp.resolve("clips"), data, FolderDataset.Options.of(32, 8), Progress.SILENT);

        var house = new TrainLoop.Intervals(10, 1, 10, 1);
        var codec = new CodecConfig(
                2, List.of(8, 16), List.of(true), List.of(1, 3), 1, 1, 1, 0, 4, false, CodecConfig.Norm.LAYER, false,
                CodecConfig.Padding.FIRST_FRAME, true);
        var tokenizer = new TokenizerRun(
                temp.resolve("tokenizer").toString(), null, data.toString(), house,
                new TokenizerTraining(
                        codec, 5, 16, 3, 0.2, false, CompositionPreset.AS_IS, new TokenizerLosses(1, 2, 1, 1, 1e-3, 0, 0.02), null, null,
                                null, optimisation(40, 2)));
        assertThat(TokenizerRunner.run(tokenizer, Device.CPU, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);

        var network = new WaltConfig(
                new WaltConfig.TokenGrid(4, 3, 4, 4, 2), new WaltConfig.Width(32, 2, 2, 64, 2),
                new WaltConfig.Windows(2, 2, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, WaltConfig.QkNorm.LAYER),
                new WaltConfig.Text(384, WaltConfig.Cross.SPATIAL, 1, true, false), 0, new WaltConfig.Inputs(true, true, false));
        var walt = new WaltRun(
                "toy", "Apache-2.0", temp.resolve("walt").toString(), data.toString(), temp.resolve("tokenizer/model").toString(), null, house,
                new WaltTraining(
                        network, new ProcessConfig(ProcessConfig.Family.FLOW, 3, 4, 2),
                        List.of(
                                new WaltTraining.TrainingPhase(0, new Dataset(5, CompositionPreset.AS_IS, 6), null, List.of(1, 2, 3), LEVELS, 0.4, 0.4),
                                new WaltTraining.TrainingPhase(
                                        12, new Dataset(5, CompositionPreset.AS_IS, 6), new Dataset(1, CompositionPreset.AS_IS, 6),
                                                List.of(1, 3), LEVELS, 0.4, 0.4)),
                        3, 0.2, 0.5, optimisation(24, 4)));
        assertThat(WaltRunner.run(walt, Device.CPU, Progress.SILENT, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
        assertThat(temp.resolve("walt/sheets/000000024.png")).isNotEmptyFile();
        ModelFolder.open(temp.resolve("walt/model")).verify();

        passesSideBySide(walt);

        var t = tokenizer.training();
        var decoder = new TokenizerRun(
                temp.resolve("decoder").toString(), temp.resolve("tokenizer/model").toString(), tokenizer.data(), house,
                new TokenizerTraining(
                        t.codec(), t.frames(), t.crop(), t.cropCandidates(), t.images(), true, t.composition(), t.losses(), null, null, null, optimisation(12, 2)));
        assertThat(TokenizerRunner.run(decoder, Device.CPU, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);

        var further = new WaltRun(
                "toy", "Apache-2.0", temp.resolve("further").toString(), walt.data(), temp.resolve("decoder/model").toString(),
                        temp.resolve("walt/model").toString(), house,
                walt.training());
        assertThat(WaltRunner.run(further, Device.CPU, Progress.SILENT, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
        assertThat(ModelFolder.open(temp.resolve("further/model")).info().provenance().parents())
                .as("tokenizer and transformer that it went on from")
                .containsExactly(
                        ModelFolder.open(temp.resolve("decoder/model")).info().hash(), ModelFolder.open(temp.resolve("walt/model")).info().hash());
        try (var stores = Files.list(data.resolve("latents"))) {
            assertThat(stores).as("a tokenizer with another decoder has the same latents").hasSize(2);
        }
        try (var had = ModelFolder.open(temp.resolve("tokenizer/model")).weights(ModelFolder.CODEC);
                var has = ModelFolder.open(temp.resolve("decoder/model")).weights(ModelFolder.CODEC)) {
            assertThat(had.names()).filteredOn(n -> !n.startsWith("decoder.")).contains("latent.mean")
                    .allSatisfy(n -> assertThat(has.read(n).toFloatArray()).isEqualTo(had.read(n).toFloatArray()));
        }

        var lost = new WaltRun(
                "toy", "Apache-2.0", temp.resolve("lost").toString(), walt.data(), walt.codec(), temp.resolve("nowhere").toString(), house,
                walt.training());
        assertThatThrownBy(() -> WaltRunner.run(lost, Device.CPU, (done, total, note) -> fail("encoding before the start is looked for"), l -> {}))
                .isInstanceOf(UserException.class).hasMessageContaining("nowhere");
        assertThat(temp.resolve("lost")).doesNotExist();

        student(walt, house);

        Path file = temp.resolve("toy.webm");
        try (var model = VideoModel.open(temp.resolve("walt/model").toString(), Device.CPU, DType.F32)) {
            var request = GenerateRequest.of("a red square").withSeed(3);
            var video = model.generate(request);
            assertThat(video.frames()).hasSize(5).allSatisfy(f -> assertThat(f.width()).isEqualTo(32));
            assertThat(pixels(model.generate(request))).as("the same seed").isEqualTo(pixels(video));
            assertThat(pixels(model.generate(request.withSeed(4)))).isNotEqualTo(pixels(video));
            var from = Frame.filled(32, 32, new Rgb(200, 30, 30));
            assertThat(pixels(model.generate(request.withFirstFrame(from)))).isNotEqualTo(pixels(video));
            video.save(file);
        }
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT)).hasSize(5);
        assertThat(GeneratedMetadata.read(file)).get().satisfies(m -> assertThat(m.prompt()).isEqualTo("a red square"));
    }

    /** Two passes an update, one after the other or on two threads: the same weights to the bit. */
    private void passesSideBySide(WaltRun walt) {
        int threads = Backend.threads();
        var w = walt.training();
        var weights = new ArrayList<String>();
        try {
            for (int n = 1; n <= 2; n++) {
                Backend.setThreads(n);
                var o = new Optimisation(16, 2, 2, 1e-3, 4, 4, 0.9, 0.98, 0.01, 1, 0.9, 1, "fp32", null);
                var run = new WaltRun(
                        "toy", walt.licence(), temp.resolve("lanes" + n).toString(), walt.data(), walt.codec(), null, walt.intervals(),
                        new WaltTraining(
                                w.network(), w.process(), List.of(new WaltTraining.TrainingPhase(
                                        0, w.phases().getFirst().clips(), null, List.of(2, 3), LEVELS, 0.4, 0.4)),
                                null, w.textDrop(), w.selfConditioning(), o));
                assertThat(WaltRunner.run(run, Device.CPU, Progress.SILENT, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
                weights.add(Sha256.ofFile(RunFolder.openExisting(Path.of(run.run())).latest().orElseThrow().path().resolve("ema.safetensors")));
            }
        } finally {
            Backend.setThreads(threads);
        }
        assertThat(weights.get(1)).isEqualTo(weights.get(0));
    }

    /** The three stages of a student, each going on from the one before. */
    private void student(WaltRun walt, TrainLoop.Intervals house) {
        String teacher = temp.resolve("walt/model").toString();
        var shape = new StudentPlan(1, List.of(1000.0, 750.0), 1, 1);
        var data = new Dataset(5, CompositionPreset.AS_IS, 6);
        var causal = new CausalRun(
                temp.resolve("causal").toString(), teacher, walt.data(), walt.codec(), house,
                new CausalTraining(shape, data, List.of(1, 2), LEVELS, 0.1, new CausalTraining.Sheet(2, 2), true, optimisation(24, 4)));
        assertThat(CausalRunner.run(causal, Device.CPU, Progress.SILENT, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);

        for (String from : new String[] {"teacher", "causal"}) {
            var ode = new OdeRun(
                    temp.resolve("ode " + from).toString(), teacher, from.equals("causal") ? temp.resolve("causal/model").toString() : null,
                    walt.data(), walt.codec(), house,
                    new OdeTraining(shape, data, new OdeTraining.Trajectories(8, List.of(2), 3, 2), OdeTraining.Context.CLEAN, 0, false,
                            optimisation(24, 4)));
            RunPlan.Time time = OdeRunner.plan(ode, Device.CPU).time();
            assertThat(time.teraflopsTraining()).isNotNegative();
            assertThat(time.share()).as("measured: a network of this size is far from the peak").isBetween(0.0, 0.5);
            assertThat(OdeRunner.run(ode, Device.CPU, Progress.SILENT, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
            ModelFolder made = ModelFolder.open(Path.of(ode.run()).resolve("model"));
            made.verify();
            assertThat(made.info().provenance().parents()).hasSize(from.equals("causal") ? 2 : 1)
                    .contains(ModelFolder.open(temp.resolve("walt/model")).info().hash());
        }

        var dmd = new DmdRun(
                temp.resolve("dmd").toString(), temp.resolve("ode teacher/model").toString(), walt.data(), walt.codec(), house,
                new DmdTraining(
                        data, DmdTraining.Input.ROLLOUT, List.of(1000.0, 600.0), List.of(1000.0, 800.0, 500.0), List.of(2),
                                new DmdTraining.LongRollout(0.5, 2),
                        new DmdTraining.ScoreSettings(1, 2, 0.02, 0.98),
                        new DmdTraining.CriticSettings(2, 2, 1, 1e-3, 0, 0.99, 0, 1), false, optimisation(16, 4)));
        assertThat(DmdRunner.plan(dmd, Device.CPU).memory().total()).isNotNegative();
        assertThat(DmdRunner.run(dmd, Device.CPU, Progress.SILENT, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
        assertThat(temp.resolve("dmd/sheets/000000016.png")).isNotEmptyFile();
        ModelFolder made = ModelFolder.open(temp.resolve("dmd/model"));
        made.verify();
        assertThat(made.info().blockLength()).isEqualTo(1);
        assertThat(made.info().components()).extracting(c -> c.folder()).containsExactly("codec", "denoiser", "text", "student");
        StudentConfig before = WaltComponents.studentConfig(ModelFolder.open(temp.resolve("ode teacher/model")));
        assertThat(WaltComponents.studentConfig(made)).as("fewer steps than it began with").isEqualTo(
                new StudentConfig(before.network(), before.process(),
                        before.plan().withLevels(List.of(1000.0, 600.0), List.of(1000.0, 800.0, 500.0))));
    }

    private static List<ByteBuffer> pixels(GeneratedVideo video) {
        return video.frames().stream().map(f -> ByteBuffer.wrap(f.data())).toList();
    }

    private static Optimisation optimisation(long samples, int batch) {
        return new Optimisation(samples, batch, 1, 2e-3, 4, 8, 0.9, 0.99, 0, 1, 0.9, 1, "fp32", null);
    }

    /** Two clips with captions, and one file that is no video. */
    private static void clips(Path folder) throws Exception {
        Files.createDirectories(folder);
        clip(folder.resolve("red.gif"), new Rgb(220, 20, 20));
        Files.writeString(folder.resolve("red.txt"), "a red square");
        clip(folder.resolve("blue.gif"), new Rgb(20, 20, 220));
        Files.writeString(folder.resolve("blue.txt"), "a blue square");
        Files.writeString(folder.resolve("broken.mp4"), "not a video");
    }

    private static void clip(Path file, Rgb colour) {
        try (var writer = VideoWriter.open(file, WriteOptions.plain(8))) {
            for (int f = 0; f < 9; f++) {
                byte[] data = new byte[32 * 32 * 3];
                java.util.Arrays.fill(data, (byte) 255);
                for (int y = 8; y < 20; y++) {
                    for (int x = 2 * f; x < 2 * f + 12; x++) {
                        int p = (y * 32 + x) * 3;
                        data[p] = (byte) colour.red();
                        data[p + 1] = (byte) colour.green();
                        data[p + 2] = (byte) colour.blue();
                    }
                }
                writer.write(new Frame(32, 32, 3, data));
            }
            writer.finish();
        }
    }
}
