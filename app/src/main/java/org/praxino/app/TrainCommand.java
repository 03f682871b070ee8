package org.praxino.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.CommandGroup;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        header = "Trains a tokenizer, a transformer, or a streaming student of it.",
        description = {TrainCommand.RESUMES},
        synopsisSubcommandLabel = "COMMAND")
final class TrainCommand extends CommandGroup {
    static final String RESUMES = "Running the same command again resumes from the last checkpoint; Ctrl-C writes one first.";

    /** Options that all kinds of training take. */
    static final class Options {
        @Option(names = "--config", paramLabel = "FILE", required = true, description = "YAML configuration file.")
        private Path config = Path.of(".");

        @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Replace a value of the file; may be repeated.")
        private Map<String, String> set = new LinkedHashMap<>();

        @Option(names = "--run", paramLabel = "DIR", description = "Folder of the run; replaces the one in the file.")
        private @Nullable Path run;

        @Option(names = "--dry-run", description = "Print the resolved configuration (for students, with estimated memory and time) and exit.")
        private boolean dryRun;

        TrainOptions checked() {
            var all = new LinkedHashMap<>(set);
            if (run != null) {
                all.put("run", run.toString());
            }
            return new TrainOptions(config, all, dryRun);
        }
    }

    /** A stage of training. All stages take the same options. */
    enum Stage {
        TOKENIZER(
                "Trains the causal tokenizer of images and videos.",
                "",
                "configs/emoji-tokenizer.yaml",
                "configs/emoji-tokenizer.yaml --set run=runs/try --dry-run"),
        WALT(
                "Trains the W.A.L.T transformer on a tokenizer's latents.",
                "",
                "configs/emoji-walt.yaml",
                "configs/emoji-walt.yaml --set training.optimisation.learningRate=5e-4"),
        CAUSAL(
                "Trains a causal many-step model from a teacher, as a start for a student.",
                "Teacher forcing (Causal-Forcing): each block of latent frames is denoised while it sees the clean blocks before it, starting"
                        + " from the teacher's weights. `praxino train ode` can then use this model's trajectories (its setting causal). ",
                "configs/emoji-causal.yaml"),
        ODE(
                "Trains a streaming student by regression on its teacher's ODE trajectories.",
                "Generates and stores the teacher's trajectories from noise to clip, then trains a causal network to predict the end of a"
                        + " trajectory from a few noise levels (CausVid). RUN/model is the teacher's folder with the student in it. ",
                "configs/emoji-ode.yaml --dry-run",
                "configs/emoji-ode.yaml"),
        DMD(
                "Trains a streaming student by distribution matching distillation (DMD).",
                "CausVid and Self-Forcing: the difference of the scores of the frozen teacher and of a critic, which is trained on the"
                        + " student's clips, is the student's gradient. Starts from the result of `praxino train ode`. RUN/model is the"
                        + " teacher's folder with the student in it. ",
                "configs/emoji-dmd.yaml --dry-run",
                "configs/emoji-dmd.yaml");

        private final String header;
        private final String description;
        private final List<String> examples;

        Stage(String header, String description, String... examples) {
            this.header = header;
            this.description = description;
            this.examples = List.of(examples);
        }

        CommandLine command(BoundAction<TrainOptions> action) {
            var command = new CommandLine(new StageCommand(action));
            String name = name().toLowerCase(Locale.ROOT);
            command.getCommandSpec().name(name).usageMessage()
                    .header(header)
                    .description(description + RESUMES)
                    .footer(Stream.concat(Stream.of("Examples:"), examples.stream().map(e -> "  praxino train " + name + " --config " + e))
                            .toArray(String[]::new));
            return command;
        }
    }

    @Command
    private static final class StageCommand implements Callable<Integer> {
        private final BoundAction<TrainOptions> action;

        @Mixin
        private final Options options = new Options();

        StageCommand(BoundAction<TrainOptions> action) {
            this.action = action;
        }

        @Override
        public Integer call() throws Exception {
            return action.run(options.checked());
        }
    }
}
