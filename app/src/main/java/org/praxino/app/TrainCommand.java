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
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        Subcommands.missing(spec);
    }

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

    /** One kind of training; all take the same options. */
    abstract static class Kind implements Callable<Integer> {
        private final BoundAction<TrainOptions> action;

        @Mixin
        private final Options options = new Options();

        Kind(BoundAction<TrainOptions> action) {
            this.action = action;
        }

        @Override
        public final Integer call() throws Exception {
            return action.run(options.checked());
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
    static final class Tokenizer extends Kind {
        Tokenizer(BoundAction<TrainOptions> action) {
            super(action);
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
    static final class Walt extends Kind {
        Walt(BoundAction<TrainOptions> action) {
            super(action);
        }
    }

    @Command(
            name = "causal",
            header = "Trains a causal many-step model from a teacher, as a start for a student.",
            description = {
                "Teacher forcing (Causal-Forcing): each block of latent frames is denoised while it sees the clean blocks before it, starting",
                "from the teacher's weights. `praxino train ode` can then use this model's trajectories (its setting causal). Running the same",
                "command again resumes; Ctrl-C writes a checkpoint first.",
            },
            footer = {
            "Examples:",
                "  praxino train causal --config configs/emoji-causal.yaml"
            })
    static final class Causal extends Kind {
        Causal(BoundAction<TrainOptions> action) {
            super(action);
        }
    }

    @Command(
            name = "ode",
            header = "Trains a streaming student by regression on its teacher's ODE trajectories.",
            description = {
                "Generates and stores the teacher's trajectories from noise to clip, then trains a causal network to predict the end of a",
                "trajectory from a few noise levels (CausVid). Running the same command again resumes; Ctrl-C writes a checkpoint first.",
                "RUN/model is the teacher's folder with the student in it.",
            },
            footer = {
            "Examples:",
            "  praxino train ode --config configs/emoji-ode.yaml --dry-run",
                "  praxino train ode --config configs/emoji-ode.yaml",
            })
    static final class Ode extends Kind {
        Ode(BoundAction<TrainOptions> action) {
            super(action);
        }
    }

    @Command(
            name = "dmd",
            header = "Trains a streaming student by distribution matching distillation (DMD).",
            description = {
                "CausVid and Self-Forcing: the difference of the scores of the frozen teacher and of a critic, which is trained on the",
                "student's clips, is the student's gradient. Starts from the result of `praxino train ode`. Running the same command again resumes; Ctrl-C",
                "writes a checkpoint first. RUN/model is the teacher's folder with the student in it.",
            },
            footer = {
            "Examples:",
            "  praxino train dmd --config configs/emoji-dmd.yaml --dry-run",
                "  praxino train dmd --config configs/emoji-dmd.yaml",
            })
    static final class Dmd extends Kind {
        Dmd(BoundAction<TrainOptions> action) {
            super(action);
        }
    }
}
