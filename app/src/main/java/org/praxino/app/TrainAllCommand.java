package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "all",
        header = "Makes a whole model of your clips: tokenizer, teacher, student, scores.",
        description = {
            "Prepares the folder if that is not done, then writes a configuration for each stage that fits the data, the size and the hours,",
            "and trains one stage after the other. DIR/progress.html shows pictures, curves and the time left. Running the same command again",
            "resumes; Ctrl-C writes a checkpoint first. DIR/model is the model, DIR/scores.json its scores.",
        },
        footer = {
            "Examples:",
            "  praxino train all --data my-clips --hours 0.5 --out runs/mine",
            "  praxino train all --data data/fluent-emoji --hours 8 --dry-run",
        })
final class TrainAllCommand implements Callable<Integer> {

    /**
     * Options of {@code train all}.
     *
     * @param data folder of clips and captions, or prepared data
     * @param out folder of everything that is written
     * @param size side of the pictures when {@code data} is to be prepared, or null for 64
     * @param hours for all stages
     * @param browser whether the progress page is opened
     * @param dryRun whether only the plan is printed
     */
    record Options(Path data, Path out, @Nullable Integer size, double hours, boolean browser, boolean dryRun) {
        Options {
            if (!(hours > 0 && hours <= 10_000)) {
                throw new UserException("--hours " + hours + " is not possible: give a number above 0, up to 10000");
            }
            if (size != null && size != 64 && size != 128) {
                throw new UserException("--size " + size + " is not possible: give 64 or 128");
            }
        }
    }

    private final BoundAction<Options> runner;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "Folder with clips and captions, or prepared data.")
    private Path data = Path.of(".");

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "runs/all",
            description = "Folder of runs, configurations and the model (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of(".");

    @Option(names = "--size", paramLabel = "64|128", description = "Side of the pictures in pixels, for a folder that is not prepared yet (default: 64).")
    private @Nullable Integer size;

    @Option(names = "--hours", paramLabel = "H", defaultValue = "8", description = "Time for all stages on this machine (default: ${DEFAULT-VALUE}).")
    private double hours = 8;

    @Option(names = "--browser", description = "Open the progress page.")
    private boolean browser;

    @Option(names = "--dry-run", description = "Print the stages with their time and networks, and stop.")
    private boolean dryRun;

    TrainAllCommand(BoundAction<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(data, out, size, hours, browser, dryRun));
    }
}
