package org.praxino.app.bench;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.CommandGroup;
import org.praxino.app.cli.JsonOption;
import org.praxino.app.cli.ModelOption;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        header = "Measures speed and memory on this machine.",
        description = {"Prints hardware, versions, number format, shapes, and ratios to the matrix-product peak measured in the same run."},
        synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand extends CommandGroup {
    /** Options of benchmarks of a model. */
    static final class Options {
        @Mixin
        private final ModelOption model = new ModelOption();

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Option(names = "--preset", paramLabel = "NAME",
                description = "Published shape with random weights in place of a model: L, XL, IMAGENET, BASE, SR1, SR2 or EMOJI_128.")
        private @Nullable String preset;

        @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "Clips of a pass of the preset (default: ${DEFAULT-VALUE}).")
        private int batch = 1;

        @Option(names = "--full-attention", description = "Let the preset's spatiotemporal layers see whole frames in place of windows.")
        private boolean fullAttention;

        BenchOptions checked() {
            BenchOptions options = common.of(model.model());
            if (preset == null && (batch != 1 || fullAttention)) {
                throw new UserException((fullAttention ? "--full-attention" : "--batch " + batch) + " has no effect without --preset");
            }
            return preset == null ? options
                    : new BenchOptions(options.model(), options.json(), options.repeats(), new BenchOptions.PresetOptions(preset, batch, fullAttention));
        }
    }

    /** Options that every benchmark takes. */
    static final class CommonOptions {
        @Mixin
        private final JsonOption json = new JsonOption();

        @Option(names = "--repeats", paramLabel = "N", defaultValue = "5", description = "Repetitions; the best counts (default: ${DEFAULT-VALUE}).")
        private int repeats = 5;

        BenchOptions of(String model) {
            return new BenchOptions(model, json.checked(), repeats);
        }
    }

    /** A benchmark of a model, without further options. */
    abstract static class ModelBenchCommand implements Callable<Integer> {
        private final BoundAction<BenchOptions> action;

        @Mixin
        private final Options options = new Options();

        ModelBenchCommand(BoundAction<BenchOptions> action) {
            this.action = action;
        }

        @Override
        public final Integer call() throws Exception {
            return action.run(options.checked());
        }
    }

    @Command(
            name = "gemm",
            header = "Measures matrix products, attention and convolutions.",
            footer = {"Examples:", "  praxino bench gemm --json gemm.json", "  praxino bench gemm --dtype bf16 --threads 1"})
    public static final class GemmCommand implements Callable<Integer> {
        private final BoundAction<BenchOptions> action;

        @Mixin
        private final CommonOptions options = new CommonOptions();

        public GemmCommand(BoundAction<BenchOptions> action) {
            this.action = action;
        }

        @Override
        public Integer call() throws Exception {
            return action.run(options.of(ModelOption.DEFAULT));
        }
    }

    @Command(
            name = "generate",
            header = "Measures a clip of the teacher: loading, steps, decoding, memory.",
            footer = {"Examples:", "  praxino bench generate --json generate.json", "  praxino bench generate --preset SR2 --repeats 1"})
    public static final class GenerateBenchCommand extends ModelBenchCommand {
        public GenerateBenchCommand(BoundAction<BenchOptions> action) {
            super(action);
        }
    }

    @Command(
            name = "train",
            header = "Measures a training step of the transformer.",
            footer = {"Examples:", "  praxino bench train --json train.json", "  praxino bench train --preset L --repeats 1",
                "  praxino bench train --preset L --full-attention --repeats 1"})
    public static final class TrainBenchCommand extends ModelBenchCommand {
        public TrainBenchCommand(BoundAction<BenchOptions> action) {
            super(action);
        }
    }
}
