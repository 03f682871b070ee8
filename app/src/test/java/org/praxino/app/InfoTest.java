package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.app.cli.CommandContext;
import org.praxino.io.model.ComponentSource;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;

/** {@code info} and {@code models} against a model folder and a weight file made here. */
@ExtendWith(LeakCheck.class)
class InfoTest {
    @TempDir
    Path folder;

    private final CapturedConsole captured = new CapturedConsole();
    private final CommandContext context = new CommandContext("cpu", null, CommandContext.Precision.AUTO, captured.console(), captured.stop);

    record NetConfig(int width) {}

    private Path model(String name) {
        var info = ModelInfo.of(name, "walt", new ModelInfo.ClipSize(128, 128, 33, 12), null, "Apache-2.0",
                Provenance.now(new NetConfig(4), "abc", 1200, List.of()));
        var weights = new TensorMap(Map.of("w", Tensor.zeros(DType.F32, Device.CPU, 1000, 3)));
        Path path = folder.resolve(name);
        ModelFolder.save(path, info, List.of(new ComponentSource(ModelFolder.CODEC, "walt.codec", new NetConfig(4), weights, null),
                new ComponentSource(ModelFolder.TEXT, "minilm", new NetConfig(4), null, null)));
        return path;
    }

    @Test
    void infoDescribesAModel() throws IOException {
        Path path = model("tiny");
        assertThat(InfoActions.info(new InfoCommand.Options(path.toString(), folder.resolve("info.json")), context)).isZero();
        assertThat(captured.out()).contains("tiny (walt)").contains("128x128, 33 frames at 12 a second (2.8 s)").contains("1,200 samples")
                .contains("walt.codec, 3.0 k parameters");
        assertThat(folder.resolve("info.json")).content().contains("\"licence\": \"Apache-2.0\"");
    }

    @Test
    void infoListsTheTensorsOfAFile() throws IOException {
        Path file = folder.resolve("w.safetensors");
        SafetensorsWriter.to(file).write(Map.of("b", Tensor.arange(3), "a", Tensor.zeros(DType.BF16, Device.CPU, 2, 5)));
        assertThat(InfoActions.info(new InfoCommand.Options(file.toString(), null), context)).isZero();
        assertThat(captured.out()).containsSubsequence("2, 13 numbers", "  a", "BF16 [2, 5]", "  b");
    }

    /** A name that would colour the terminal, clear it and begin a line of its own. */
    @Test
    void namesInFilesAreNoCommandsToTheTerminal() throws IOException {
        byte[] header = ("{\"a\\u001b[2Jb\\nc\\u202ed\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var bytes = java.nio.ByteBuffer.allocate(8 + header.length + 4).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header);
        Path file = Files.write(folder.resolve("odd.safetensors"), bytes.array());
        assertThat(InfoActions.info(new InfoCommand.Options(file.toString(), null), context)).isZero();
        assertThat(captured.out()).contains("a\\u001b[2Jb\\u000ac\\u202ed").doesNotContain("\u001b", "\u202e");
        captured.console().message("cannot read 'x\u001b[31m': it is gone.\nand a line");
        assertThat(captured.err()).endsWith("cannot read 'x\\u001b[31m': it is gone.\nand a line\n");
    }

    @Test
    void infoRefusesWhatItCannotRead() throws IOException {
        var cli = Cli.of(CommandActions.standard(), captured.console(), captured.stop);
        Path text = Files.writeString(folder.resolve("a.txt"), "x");
        assertThat(cli.run("info", text.toString())).isEqualTo(2);
        assertThat(cli.run("info", "no-such-model")).isEqualTo(2);
        assertThat(cli.run("info", folder.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(cli.run("info", folder.resolve("nowhere.mp4").toString())).isEqualTo(2);
        assertThat(captured.err()).contains("nowhere.mp4: there is no such file.");
        assertThat(captured.err().lines()).hasSize(4).allMatch(l -> l.startsWith("praxino: ") && l.endsWith("."));
    }

    @Test
    void namesOfModelsMayLookLikeNamesOfFiles() throws IOException {
        String root = System.getProperty("praxino.root");
        System.setProperty("praxino.root", folder.toString());
        try {
            Files.createDirectories(folder.resolve("zoo"));
            Files.move(model("Tiny2.1-1.3B"), folder.resolve("zoo/Tiny2.1-1.3B"));
            assertThat(InfoActions.info(new InfoCommand.Options("Tiny2.1-1.3B", null), context)).isZero();
            TinyWanFolder.write(folder.resolve("zoo/Wan2.1-T2V-1.3B"));
            assertThat(InfoActions.info(new InfoCommand.Options("Wan2.1-T2V-1.3B", null), context)).isZero();
            assertThat(captured.out()).contains("Tiny2.1-1.3B (walt)").contains("zoo/Wan2.1-T2V-1.3B");
        } finally {
            if (root == null) {
                System.clearProperty("praxino.root");
            } else {
                System.setProperty("praxino.root", root);
            }
        }
    }

    @Test
    void lengthsThatAFileDoesNotTellAreNotMadeUp() throws IOException {
        for (String name : List.of("a.apng", "a.webm", "a.y4m", "a.gif")) {
            Path file = folder.resolve(name);
            try (var writer = VideoWriter.open(file, WriteOptions.plain(12))) {
                for (int i = 0; i < 6; i++) {
                    writer.write(Frame.filled(32, 32, new Rgb(20 * i, 0, 0)));
                }
                writer.finish();
            }
            assertThat(FileInfoText.of(file).get("length")).as(name).matches("(6 frames, )?0\\.5 s at 12(\\.\\d)? a second");
        }
    }

    @Test
    void infoWithoutASubjectNamesTheMachine() throws IOException {
        assertThat(InfoActions.info(new InfoCommand.Options(null, null), context)).isZero();
        assertThat(captured.out()).contains("libtorch").contains("processor").contains("cpu");
    }

    @Test
    void modelsListsGoodAndBrokenOnes() throws IOException {
        model("one");
        Files.delete(model("two").resolve("codec/model.safetensors"));
        assertThat(ModelsActions.models(new ModelsCommand.Options(folder), context)).isZero();
        assertThat(captured.out().lines()).satisfiesExactly(
                l -> assertThat(l).startsWith("one").contains("128x128").contains("Apache-2.0"),
                l -> assertThat(l).startsWith("two").contains("cannot be used").contains("codec/model.safetensors is missing"));
        var cli = Cli.of(CommandActions.standard(), captured.console(), captured.stop);
        assertThat(cli.run("models", "--in", folder.resolve("empty").toString())).isEqualTo(2);
        assertThat(captured.err()).contains("there are no models in");
    }
}
