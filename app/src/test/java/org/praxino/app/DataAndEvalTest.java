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

    private final CapturedConsole captured = new CapturedConsole();
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
        return Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void aFolderBecomesASetAndASetGivesScores() throws IOException {
        Files.writeString(clips.resolve("torn.gif"), "GIF89a");
        Files.writeString(clips.resolve("torn.txt"), "nothing");
        assertThat(run("data", "prepare", "folder", clips.toString(), "--out", path("set"), "--size", "32", "--fps", "8")).as(captured.err()).isZero();
        assertThat(captured.out()).contains("40 clips");
        assertThat(captured.err()).contains("skipped torn.gif", "praxino: c0.gif: it has 9 frames at 8 a second, and longer samples hold the last one",
                "praxino: and 20 more notes");
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run("eval", model.toString(), "--data", path("set"), "--prompts", "0", "--json", path("scores.json")))
                .as(captured.err()).isZero();
        JsonNode report = Json.read(folder.resolve("scores.json"), JsonNode.class);
        assertThat(report.path("reconstruction").path("psnr").doubleValue()).isPositive();
        assertThat(report.path("model").stringValue()).isEqualTo("tiny");
        assertThat(report.path("trained").isNull()).isTrue();
        assertThat(captured.out()).contains("PSNR").contains("still").contains("SSIM");

        assertThat(run("data", "prepare", "folder", clips.toString(), "--out", path("large"), "--size", "64", "--fps", "8")).isZero();
        assertThat(run("eval", model.toString(), "--data", path("large"), "--prompts", "0")).isEqualTo(2);
        assertThat(captured.err()).contains("holds clips of 64x64, but tiny makes 32x32");
    }

    @Test
    void captionsThatAreTooLongAreReportedByFileAndEndNothing() throws IOException {
        Files.writeString(clips.resolve("c3.txt"), "a long caption ".repeat(400) + "\n");
        Files.writeString(clips.resolve("c4.txt"), "a colour\n" + "one more word ".repeat(40) + "\n");
        assertThat(run("data", "prepare", "folder", clips.toString(), "--out", path("skipped"), "--size", "32", "--fps", "8")).as(captured.err()).isZero();
        assertThat(captured.out()).contains("39 clips");
        assertThat(captured.err()).contains("skipped c3.gif: its caption \"a long caption a long caption …\" has 1602 tokens, and the text encoder reads 64",
                "praxino: c4.gif: its caption \"one more word one more word on…\" has 122 tokens");
        assertThat(run("data", "prepare", "folder", clips.toString(), "--out", path("cut"), "--size", "32", "--fps", "8", "--long-captions", "cut"))
                .isZero();
        assertThat(captured.out()).contains("40 clips");
        assertThat(run("data", "prepare", "folder", clips.toString(), "--out", path("kept"), "--size", "32", "--fps", "8", "--long-captions", "keep"))
                .isZero();
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run("eval", model.toString(), "--data", path("cut"), "--prompts", "0")).as(captured.err()).isZero();
        assertThat(captured.err()).doesNotContain("are no prompts");
        assertThat(run("eval", model.toString(), "--data", path("kept"), "--prompts", "0")).as(captured.err()).isZero();
        assertThat(captured.err()).contains("captions of ", " are longer than the text encoder reads and are no prompts; the first is of c");
    }

    @Test
    void aSetWithoutHeldOutClipsIsScoredAndSaysSo() throws IOException {
        Path few = Files.createDirectories(folder.resolve("few"));
        for (String name : new String[] {"c1.gif", "c1.txt", "c2.gif", "c2.txt"}) {
            Files.copy(clips.resolve(name), few.resolve(name));
        }
        assertThat(run("data", "prepare", "folder", few.toString(), "--out", path("set"), "--size", "32", "--fps", "8")).as(captured.err()).isZero();
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run("eval", model.toString(), "--data", path("set"), "--prompts", "0")).as(captured.err()).isZero();
        assertThat(captured.err()).contains("holds no held-out moving clip: all scores are of clips that training saw");
        assertThat(captured.out()).contains("reconstruction, 2 training clips");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run("eval", model.toString(), "--data", path("nowhere"))).isEqualTo(2);
        assertThat(run("data", "prepare", "folder", path("nowhere"), "--out", path("set"))).isEqualTo(2);
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThat(run("data", "prepare", "folder", empty.toString(), "--out", path("set"))).isEqualTo(2);
        assertThat(captured.err().lines()).hasSize(3).allMatch(l -> l.startsWith("praxino: ") && l.endsWith("."));
        assertThat(captured.err()).contains("data prepare");
    }
}
