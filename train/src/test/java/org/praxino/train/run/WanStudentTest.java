package org.praxino.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.diffusion.StudentPlan;
import org.praxino.media.Frame;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.Horizon;
import org.praxino.stream.ModelOptions;
import org.praxino.stream.StudentFile;
import org.praxino.stream.VideoModel;
import org.praxino.stream.timeline.Size;
import org.praxino.tensor.Backend;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.train.Optimisation;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.data.folder.FolderDataset;
import org.praxino.train.dmd.DmdTraining;
import org.praxino.train.ode.OdeTraining;
import org.praxino.train.student.Dataset;
import org.praxino.wan.TinyWan;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.folder.WanFolder;

/** A student of a tiny Wan model: regressed on its teacher's paths, led to its distribution, streamed. */
@ExtendWith(LeakCheck.class)
class WanStudentTest {
    private static final TrainLoop.Intervals HOUSE = new TrainLoop.Intervals(10, 1, 10, 1);

    @TempDir
    private Path temp;

    private static Optimisation optimisation(long samples, int batch) {
        return new Optimisation(samples, batch, 1, 2e-3, 4, 4, 0.9, 0.99, 0, 1, 0.9, 1, "fp32", null);
    }

    private static void clip(Path file, int shade) {
        try (var writer = VideoWriter.open(file, WriteOptions.plain(8))) {
            for (int f = 0; f < 9; f++) {
                byte[] data = new byte[32 * 32 * 3];
                java.util.Arrays.fill(data, (byte) (shade + 8 * f));
                writer.write(new Frame(32, 32, 3, data));
            }
            writer.finish();
        }
    }

    private OdeRun ode(Path wan, List<Double> levels, Path data) {
        return new OdeRun(
                temp.resolve("ode").toString(), wan.toString(), null, data.toString(), wan.toString(), HOUSE,
                new OdeTraining(
                        new StudentPlan(1, levels, 1, 4), new Dataset(9, CompositionPreset.AS_IS, 4),
                                new OdeTraining.Trajectories(8, List.of(2), 3, 6),
                        OdeTraining.Context.NOISY, 0.25, true, optimisation(16, 4)));
    }

    @Test
    void aTinyStudentIsTrainedAndStreams() throws Exception {
        Path data = temp.resolve("data");
        Files.createDirectories(temp.resolve("clips"));
        for (String name : List.of("a cat", "a dog")) {
            clip(temp.resolve("clips").resolve(name.replace(' ', '-') + ".gif"), name.length() * 9 + name.charAt(2));
            Files.writeString(temp.resolve("clips").resolve(name.replace(' ', '-') + ".txt"), name);
        }
        FolderDataset.prepare(temp.resolve("clips"), data, FolderDataset.Options.of(32, 8), Progress.SILENT);
        Path wan = TinyWan.save(temp.resolve("wan"), 1);

        OdeRun ode = ode(wan, WanRecipe.CAUSVID.levels(), data);
        assertThat(OdeRunner.plan(ode, Device.CPU).time().teraflopsTraining()).isNotNegative();
        assertThat(OdeRunner.run(ode, Device.CPU, Progress.SILENT, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
        Path regressed = temp.resolve("ode/model");
        WanFolder folder = WanFolder.open(regressed);
        assertThat(folder.student()).endsWith(Path.of("student.safetensors"));
        assertThat(StudentFile.read(folder)).isEqualTo(new StudentFile(WanRecipe.CAUSVID, new Horizon(1, 1, 4, false)));

        var dmd = new DmdRun(
                temp.resolve("dmd").toString(), regressed.toString(), data.toString(), wan.toString(), HOUSE,
                new DmdTraining(
                        new Dataset(9, CompositionPreset.AS_IS, 4), DmdTraining.Input.ROLLOUT, null, null, List.of(2),
                                new DmdTraining.LongRollout(0.5, 2),
                        new DmdTraining.ScoreSettings(3.5, 8, 0.02, 0.98), new DmdTraining.CriticSettings(2, 1, 1, 1e-3, 0, 0.99, 0, 1),
                                true, optimisation(8, 2)));
        assertThat(DmdRunner.plan(dmd, Device.CPU).memory().total()).isNotNegative();
        assertThat(DmdRunner.run(dmd, Device.CPU, Progress.SILENT, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
        assertThat(temp.resolve("dmd/sheets/000000008.png")).isNotEmptyFile();

        var size = ModelOptions.of(Device.CPU, DType.F32).withSize(new Size(32, 32));
        var request = GenerateRequest.of("a cat").withSeed(1).withFrames(13);
        try (var first = VideoModel.open(regressed.toString(), size);
                var second = VideoModel.open(temp.resolve("dmd/model").toString(), size)) {
            assertThat(first.info().blockLength()).isEqualTo(1);
            assertThat(first.resolve(request).steps()).isEqualTo(3);
            assertThat(first.generate(request).frames()).hasSize(13);
            assertThat(second.info().hash()).as("it has learnt").isNotEqualTo(first.info().hash());
            assertThat(second.generate(request).frames()).hasSize(13);
        }
    }

    @Test
    void thePlanOfAFullStudentIsReckonedFromShapes() throws Exception {
        Path wan = temp.resolve("full");
        Files.createDirectories(wan);
        Files.writeString(wan.resolve("config.json"),
                "{\"dim\":1536,\"eps\":1e-6,\"ffn_dim\":8960,\"freq_dim\":256,\"in_dim\":16,\"model_type\":\"t2v\","
                + "\"num_heads\":12,\"num_layers\":30,\"out_dim\":16,\"text_len\":512}");
        Files.createFile(wan.resolve("diffusion_pytorch_model.safetensors"));
        OdeRun run = ode(wan, WanRecipe.SELF_FORCING.levels(), temp.resolve("nowhere"));
        RunPlan plan = OdeRunner.plan(run, Device.CPU);
        assertThat(plan.memory().weights()).isEqualTo(4 * 1_418_996_800L >> 20);
        assertThat(plan.memory().optimisers()).isEqualTo(16 * 1_418_996_800L >> 20);
        assertThat(plan.time().teraflopsTraining()).as("16 samples of 2 latent frames at 832x480, layers computed twice").isGreaterThan(16 * 4 * 10);
        System.setProperty(Backend.MEMORY_LIMIT, "20000");
        try {
            assertThatThrownBy(() -> OdeRunner.run(run, Device.CPU, Progress.SILENT, loop -> {})).isInstanceOf(UserException.class)
                    .hasMessageContaining("where 20000 MiB are free: networks, gradients and moments alone take 27065 MiB");
            System.setProperty(Backend.MEMORY_LIMIT, "30000");
            assertThatThrownBy(() -> OdeRunner.run(run, Device.CPU, Progress.SILENT, loop -> {})).isInstanceOf(UserException.class)
                    .hasMessageContaining("it fits with checkpointing: true and batch: 1");
        } finally {
            System.clearProperty(Backend.MEMORY_LIMIT);
        }
        assertThatThrownBy(() -> OdeRunner.plan(ode(wan, List.of(1000.0, 500.0), temp), Device.CPU)).isInstanceOf(ConfigException.class)
                .hasMessageContaining("are not those of a student of Wan").hasMessageContaining("causvid [1000.0, 757.0, 522.0]");
        assertThatThrownBy(() -> new WanBaseModel(WanFolder.open(wan)).plan()).isInstanceOf(UserException.class).hasMessageContaining("no student");
    }
}
