package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.train.RunFolder;
import org.praxino.train.data.folder.FolderDataset;
import tools.jackson.databind.JsonNode;

class ExperimentTest {
    @TempDir
    private Path temp;

    private final CapturedConsole captured = new CapturedConsole();

    private int run(Path file) {
        return Cli.of(CommandActions.standard(), captured.console(), captured.stop).run("experiment", file.toString());
    }

    private Path experiment(String limits, String secondArm) throws Exception {
        Path clips = Files.createDirectories(temp.resolve("clips"));
        for (Rgb colour : List.of(new Rgb(200, 30, 30), new Rgb(30, 30, 200))) {
            try (var writer = VideoWriter.open(clips.resolve("a disc " + colour.red() + ".webm"), WriteOptions.plain(8))) {
                for (int i = 0; i < 9; i++) {
                    writer.write(Frame.filled(32, 32, colour));
                }
                writer.finish();
            }
            Files.writeString(clips.resolve("a disc " + colour.red() + ".txt"), "a disc\n");
        }
        FolderDataset.prepare(clips, temp.resolve("data"), FolderDataset.Options.of(32, 8), Progress.SILENT);
        Path base = temp.resolve("tokenizer.yaml");
        Files.writeString(base, TinyTokenizerRun.yaml("nowhere", Json.line(temp.resolve("data").toString()), 100_000));
        Path file = temp.resolve("experiment.yaml");
        Files.writeString(file, """
                name: two optimisers
                folder: %s
                kind: TOKENIZER
                config: %s
                %s
                score: {prompts: 0, wording: ANY, flowClips: 0, reconstructions: 0}
                arms:
                  - name: AdamW
                  - name: Muon!
                    set: %s
                """.formatted(Json.line(temp.resolve("out").toString()), Json.line(base.toString()), limits, secondArm));
        return file;
    }

    private static final String MUON = "{training.optimisation.muon: {learningRate: 0.01, momentum: 0.95, weightDecay: 0.0}}";

    @Test
    void armsOfEqualSamplesLeaveATableAndAPlotAndAreNotTrainedAgain() throws Exception {
        Path file = experiment("samples: 12", MUON);
        assertThat(run(file)).as(captured.err()).isZero();
        Path out = temp.resolve("out");
        String table = Files.readString(out.resolve("results.md"));
        assertThat(table).startsWith("# two optimisers").contains("| AdamW | 12 |").contains("| Muon! | 12 |");
        JsonNode arms = Json.read(out.resolve("results.json"), JsonNode.class).path("arms");
        assertThat(arms.size()).isEqualTo(2);
        assertThat(arms.get(0).path("loss").asDouble()).isPositive().isNotEqualTo(arms.get(1).path("loss").asDouble());
        // The same data in the same order and the same first weights: the first losses are equal.
        assertThat(arms.get(0).path("curve").get(0)).isEqualTo(arms.get(1).path("curve").get(0));
        assertThat(ImageIO.read(out.resolve("losses.png").toFile()).getWidth()).isEqualTo(900);

        Path log = out.resolve("muon/stats.jsonl");
        String before = Files.readString(log);
        assertThat(run(file)).as(captured.err()).isZero();
        assertThat(Files.readString(log)).isEqualTo(before);
        assertThat(Files.readString(out.resolve("results.md"))).isEqualTo(table);
    }

    @Test
    void anArmStopsWhenItsTimeIsOverAndContinuesWithWhatIsLeftOfIt() throws Exception {
        Path file = experiment("minutes: 0.02", MUON);
        // An arm that was broken off after most of its time.
        Files.createDirectories(temp.resolve("out/adamw"));
        Json.write(temp.resolve("out/adamw/time.json"), new ExperimentAction.TrainingTime(1.19));
        assertThat(run(file)).as(captured.err()).isZero();
        long first = RunFolder.openExisting(temp.resolve("out/adamw")).latest().orElseThrow().state().samples();
        long second = RunFolder.openExisting(temp.resolve("out/muon")).latest().orElseThrow().state().samples();
        assertThat(first).isPositive().isLessThan(second);
        assertThat(second).isLessThan(100_000);
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingTrains() throws Exception {
        Path wrong = experiment("samples: 12", "{training.optimisation.mouon: 3}");
        assertThat(run(wrong)).isEqualTo(2);
        assertThat(captured.err()).contains("mouon");
        assertThat(temp.resolve("out")).doesNotExist();
        Path both = experiment("samples: 12\nminutes: 3", MUON);
        assertThat(run(both)).isEqualTo(2);
        assertThat(captured.err()).contains("give one of them");
        var twice = List.of(new Experiment.Arm("a b", Map.of()), new Experiment.Arm("A-B", null));
        assertThatThrownBy(() -> new Experiment(
                        "x", "x", Experiment.Kind.WALT, "x", 1L, null, new Experiment.Score(0, null, org.praxino.train.eval.EvalPrompt.Wording.ANY, 0, 0), twice))
                .isInstanceOf(UserException.class).hasMessageContaining("A-B");
    }
}
