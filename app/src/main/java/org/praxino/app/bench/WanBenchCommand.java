package org.praxino.app.bench;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.FrameSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "wan",
        header = "Measures a causal Wan model part by part: text, steps, cache, decoder.",
        description = {
            "Speed does not depend on the weights, so none are needed: --random-weights creates a network of any shape. On a CPU one layer",
            "is enough (--layers 1); the times of the whole network are then extrapolated.",
        },
        footer = {
            "Examples:",
            "  praxino bench wan --random-weights 1.3b --device cuda --json wan.json",
            "  praxino bench wan --random-weights 1.3b --layers 1 --repeats 1 --dtype bf16 --json wan.json",
            "  praxino bench wan --random-weights tools/compare/mid.json --no-text --no-decode --json mid.json",
            "  praxino bench wan -m Self-Forcing/checkpoints --device cuda",
        })
public final class WanBenchCommand implements Callable<Integer> {
    private final BoundAction<WanBench.Options> runner;

    @Mixin
    private final BenchCommand.Options options = new BenchCommand.Options();

    @Option(names = "--random-weights", paramLabel = "CONFIG",
            description = "Shape of a network to measure with random weights: 1.3b, 14b, tiny, or a transformer's config.json.")
    private @Nullable String random;

    @Option(names = "--size", paramLabel = "WxH", defaultValue = "832x480", description = "Frame in pixels (default: ${DEFAULT-VALUE}).")
    private String size = "832x480";

    @Option(names = "--layers", paramLabel = "N", description = "Layers to build and measure; the rest is extrapolated (default: all).")
    private @Nullable Integer layers;

    @Option(names = "--blocks", paramLabel = "N", defaultValue = "7",
            description = "Consecutive blocks to generate and decode, if all layers are built (default: ${DEFAULT-VALUE}).")
    private int blocks = 7;

    @Option(names = "--window", paramLabel = "N", defaultValue = "18",
            description = "Attention window: latent frames before the block (default: ${DEFAULT-VALUE}).")
    private int window = 18;

    @Option(names = "--no-text", description = "Skip the text encoder, which has 5.7 G weights.")
    private boolean noText;

    @Option(names = "--no-decode", description = "Skip the decoder, and the figures that need it.")
    private boolean noDecode;

    public WanBenchCommand(BoundAction<WanBench.Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new WanBench.Options(options.checked(), random, FrameSize.parse(size), layers, blocks, window,
                !noText, !noDecode));
    }
}
