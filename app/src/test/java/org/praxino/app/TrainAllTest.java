package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.model.ModelFolder;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.tensor.Progress;
import org.praxino.train.data.folder.FolderDataset;

class TrainAllTest {
    @TempDir
    private Path temp;

    private Path data(int frames) throws Exception {
        Path clips = Files.createDirectories(temp.resolve("clips" + frames));
        for (Rgb colour : List.of(new Rgb(200, 30, 30), new Rgb(30, 30, 200), new Rgb(30, 160, 40))) {
            String name = "a square " + colour.red() + " " + colour.green();
            try (var writer = VideoWriter.open(clips.resolve(name + ".webm"), WriteOptions.plain(8))) {
                for (int t = 0; t < frames; t++) {
                    byte[] rgb = Frame.filled(32, 32, Rgb.WHITE).data().clone();
                    for (int y = 8; y < 20; y++) {
                        for (int x = t; x < t + 12; x++) {
                            int at = (y * 32 + x) * 3;
                            rgb[at] = (byte) colour.red();
                            rgb[at + 1] = (byte) colour.green();
                            rgb[at + 2] = (byte) colour.blue();
                        }
                    }
                    writer.write(new Frame(32, 32, 3, rgb));
                }
                writer.finish();
            }
            Files.writeString(clips.resolve(name + ".txt"), name + "\n");
        }
        Path data = temp.resolve("data" + frames);
        FolderDataset.prepare(clips, data, FolderDataset.Options.of(32, 8), Progress.SILENT);
        return data;
    }

    private static int run(CapturedConsole captured, String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "train";
        all[1] = "all";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(all);
    }

    @Test
    void aStoppedRunContinuesToAStreamingModelAndAPage() throws Exception {
        String data = data(9).toString();
        Path out = temp.resolve("mine");
        String[] command = {"--data", data, "--out", out.toString(), "--hours", "0.002"};
        var stopped = new CapturedConsole();
        try (var timer = Executors.newSingleThreadScheduledExecutor()) {
            timer.schedule(() -> stopped.stop.request(), 1, TimeUnit.SECONDS);
            assertThat(run(stopped, command)).as(stopped.err()).isNotZero();
            assertThat(stopped.err()).contains("run the same command to continue");
        }

        var captured = new CapturedConsole();
        assertThat(run(captured, command)).as(captured.err()).isZero();
        var model = ModelFolder.open(out.resolve("model"));
        assertThat(model.has(ModelFolder.STUDENT)).isTrue();
        assertThat(model.info().name()).isEqualTo("mine");
        assertThat(out.resolve("trial")).doesNotExist();
        for (String stage : List.of("tokenizer", "decoder", "teacher", "ode", "dmd")) {
            assertThat(out.resolve("configs/" + stage + ".yaml")).isNotEmptyFile();
        }
        String page = Files.readString(out.resolve("progress.html"));
        assertThat(page).containsPattern("dmd<td>done").contains("<polyline").doesNotContain("refresh");
        java.util.regex.Pattern.compile("src=\"([^\"]+)\"").matcher(page).results()
                .forEach(image -> assertThat(out.resolve(image.group(1))).isNotEmptyFile());
        assertThat(page).contains("<img");

        FileTime made = Files.getLastModifiedTime(out.resolve("dmd/model/model.json"));
        assertThat(run(new CapturedConsole(), command)).isZero();
        assertThat(Files.getLastModifiedTime(out.resolve("dmd/model/model.json"))).as("nothing is trained twice").isEqualTo(made);
    }

    @Test
    void picturesAloneMakeATeacher() throws Exception {
        var captured = new CapturedConsole();
        assertThat(run(captured, "--data", data(1).toString(), "--out", temp.resolve("still").toString(), "--hours", "1", "--dry-run")).isZero();
        assertThat(captured.out()).contains("clips of 1 frames").contains("teacher").doesNotContain("dmd");
    }

    @Test
    void whatCannotBeIsRefusedInOneSentence() throws Exception {
        var none = new CapturedConsole();
        assertThat(run(none, "--data", temp.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(none.err()).contains("nowhere").contains("is no folder");
        var hours = new CapturedConsole();
        assertThat(run(hours, "--data", temp.toString(), "--hours", "0")).isEqualTo(2);
        assertThat(hours.err()).contains("--hours 0");
        var size = new CapturedConsole();
        assertThat(run(size, "--data", data(9).toString(), "--size", "64")).isEqualTo(2);
        assertThat(size.err()).contains("--size 64 contradicts").contains("32x32");
    }
}
