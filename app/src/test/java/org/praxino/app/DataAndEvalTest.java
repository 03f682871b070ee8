package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.server.TinyModel;
import org.praxino.tensor.LeakCheck;
import tools.jackson.databind.JsonNode;

/** From a folder of clips to a training set to scores, by commands. */
@ExtendWith(LeakCheck.class)
class DataAndEvalTest {
    @TempDir
    Path folder;

    private final CapturedConsole told = new CapturedConsole();
    private Path clips;

    @BeforeEach
    void clips() throws IOException {
        clips = Files.createDirectories(folder.resolve("clips"));
        for (int i = 0; i < 40; i++) {
            try (var writer = VideoWriter.open(clips.resolve("c" + i + ".gif"), WriteOptions.plain(8))) {
                for (int t = 0; t < 9; t++) {
                    writer.write(Frame.filled(32, 32, new Rgb(6 * i, 20 * t, 90)));
                }
                writer.finish();
            }
            Files.writeString(clips.resolve("c" + i + ".txt"), "colour number " + i + "\n");
        }
    }

    private int run(String... args) {
        return Cli.of(CommandActions.standard(), told.console(), told.stop).run(args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void aFolderBecomesASetAndASetGivesScores() throws IOException {
        Files.writeString(clips.resolve("torn.gif"), "GIF89a");
        Files.writeString(clips.resolve("torn.txt"), "nothing");
        assertThat(run("data", "prepare", "folder", clips.toString(), "--out", path("set"), "--size", "32", "--fps", "8")).as(told.err()).isZero();
        assertThat(told.out()).contains("40 clips");
        assertThat(told.err()).contains("skipped torn.gif");
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run("eval", model.toString(), "--data", path("set"), "--prompts", "0", "--json", path("scores.json")))
                .as(told.err()).isZero();
        JsonNode report = Json.read(folder.resolve("scores.json"), JsonNode.class);
        assertThat(report.path("reconstruction").path("psnr").doubleValue()).isPositive();
        assertThat(report.path("model").stringValue()).isEqualTo("tiny");
        assertThat(report.path("trained").isNull()).isTrue();
        assertThat(told.out()).contains("PSNR").contains("still").contains("SSIM");

        assertThat(run("data", "prepare", "folder", clips.toString(), "--out", path("large"), "--size", "64", "--fps", "8")).isZero();
        assertThat(run("eval", model.toString(), "--data", path("large"), "--prompts", "0")).isEqualTo(2);
        assertThat(told.err()).contains("holds clips of 64x64, but tiny makes 32x32");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run("eval", model.toString(), "--data", path("nowhere"))).isEqualTo(2);
        assertThat(run("data", "prepare", "folder", path("nowhere"), "--out", path("set"))).isEqualTo(2);
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThat(run("data", "prepare", "folder", empty.toString(), "--out", path("set"))).isEqualTo(2);
        assertThat(told.err().lines()).hasSize(3).allMatch(l -> l.startsWith("praxino: ") && l.endsWith("."));
        assertThat(told.err()).contains("data prepare");
    }
}
