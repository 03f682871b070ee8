package org.praxino.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.Subcommands;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        header = "Trains a tokenizer, a transformer, or a streaming student of it.",
        description = {"Running the same command again resumes from the last checkpoint; Ctrl-C writes one first."},
        synopsisSubcommandLabel = "COMMAND")
final class TrainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Subcommands.missing(spec);
    }

    /** Options that all kinds of training take. */
    static final class Options {
        @Option(names = "--config", paramLabel = "FILE", required = true, description = "YAML configuration file.")
        private Path config = Path.of(".");

        @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Replaces a value of the file; may be repeated.")
        private Map<String, String> set = new LinkedHashMap<>();

        @Option(names = "--run", paramLabel = "DIR", description = "Folder of the run, in place of the file's.")
        private @Nullable Path run;

        @Option(names = "--dry-run", description = "Print the resolved configuration, for students with memory and time, and stop.")
        private boolean dryRun;

        TrainOptions checked() {
            var all = new LinkedHashMap<>(set);
            if (run != null) {
                all.put("run", run.toString());
            }
            return new TrainOptions(config, all, dryRun);
        }
    }

    @Command(
            name = "tokenizer",
            header = "Trains the causal tokenizer of images and videos.",
            description = {"Running the same command again resumes from the last checkpoint; Ctrl-C writes one first."},
            footer = {
            "Examples:",
            "  praxino train tokenizer --config configs/emoji-tokenizer.yaml",
                "  praxino train tokenizer --config configs/emoji-tokenizer.yaml --set run=runs/try --dry-run",
            })
    static final class Tokenizer implements Callable<Integer> {
        private final BoundAction<TrainOptions> runner;

        @Mixin
        private final Options options = new Options();

        Tokenizer(BoundAction<TrainOptions> runner) {
            this.runner = runner;
        }

        @Override
        public Integer call() throws Exception {
            return runner.run(options.checked());
        }
    }

    @Command(
            name = "walt",
            header = "Trains the W.A.L.T transformer on a tokenizer's latents.",
            description = {"Running the same command again resumes from the last checkpoint; Ctrl-C writes one first."},
            footer = {
            "Examples:",
            "  praxino train walt --config configs/emoji-walt.yaml",
                "  praxino train walt --config configs/emoji-walt.yaml --set training.optimisation.learningRate=5e-4",
            })
    static final class Walt implements Callable<Integer> {
        private final BoundAction<TrainOptions> runner;

        @Mixin
        private final Options options = new Options();

        Walt(BoundAction<TrainOptions> runner) {
            this.runner = runner;
        }

        @Override
        public Integer call() throws Exception {
            return runner.run(options.checked());
        }
    }

    @Command(
            name = "causal",
            header = "Makes a teacher causal, with many steps: a better start for a student.",
            description = {
                "Teacher forcing (Causal-Forcing): each block of latent frames is denoised while it sees the clean blocks before it, starting",
                "from the teacher's weights. `praxino train ode` can then walk this model's paths (its setting causal). Running the same",
                "command again resumes; Ctrl-C writes a checkpoint first.",
            },
            footer = {
            "Examples:",
                "  praxino train causal --config configs/emoji-causal.yaml"
            })
    static final class Causal implements Callable<Integer> {
        private final BoundAction<TrainOptions> runner;

        @Mixin
        private final Options options = new Options();

        Causal(BoundAction<TrainOptions> runner) {
            this.runner = runner;
        }

        @Override
        public Integer call() throws Exception {
            return runner.run(options.checked());
        }
    }

    @Command(
            name = "ode",
            header = "Starts a streaming student: regression on paths of its teacher.",
            description = {
                "Walks the teacher's paths from noise to clip and stores them, then trains a causal network to say the end of a path at a",
                "few noise levels (CausVid). Running the same command again resumes from what is there; Ctrl-C writes a checkpoint first.",
                "RUN/model is the teacher's folder with the student in it.",
            },
            footer = {
            "Examples:",
            "  praxino train ode --config configs/emoji-ode.yaml --dry-run",
                "  praxino train ode --config configs/emoji-ode.yaml",
            })
    static final class Ode implements Callable<Integer> {
        private final BoundAction<TrainOptions> runner;

        @Mixin
        private final Options options = new Options();

        Ode(BoundAction<TrainOptions> runner) {
            this.runner = runner;
        }

        @Override
        public Integer call() throws Exception {
            return runner.run(options.checked());
        }
    }

    @Command(
            name = "dmd",
            header = "Leads a streaming student to its teacher's distribution.",
            description = {
                "Distribution matching (CausVid, Self-Forcing): the frozen teacher and a critic that learns what the student makes say where",
                "the student's clips should move. Starts from what `praxino train ode` made. Running the same command again resumes; Ctrl-C",
                "writes a checkpoint first. RUN/model is the teacher's folder with the student in it.",
            },
            footer = {
            "Examples:",
            "  praxino train dmd --config configs/emoji-dmd.yaml --dry-run",
                "  praxino train dmd --config configs/emoji-dmd.yaml",
            })
    static final class Dmd implements Callable<Integer> {
        private final BoundAction<TrainOptions> runner;

        @Mixin
        private final Options options = new Options();

        Dmd(BoundAction<TrainOptions> runner) {
            this.runner = runner;
        }

        @Override
        public Integer call() throws Exception {
            return runner.run(options.checked());
        }
    }
}
