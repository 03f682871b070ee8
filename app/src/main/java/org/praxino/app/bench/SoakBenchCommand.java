package org.praxino.app.bench;

import java.util.concurrent.Callable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.JsonOption;
import org.praxino.app.cli.ModelOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "soak",
        header = "Streams thousands of blocks and reports whether memory or block time grows.",
        footer = {"Examples:", "  praxino bench soak --json soak.json", "  praxino bench soak --blocks 1000"})
public final class SoakBenchCommand implements Callable<Integer> {
    private final BoundAction<SoakBench.Options> runner;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--blocks", paramLabel = "N", defaultValue = "10000", description = "Blocks to generate (default: ${DEFAULT-VALUE}).")
    private int blocks = 10_000;

    public SoakBenchCommand(BoundAction<SoakBench.Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new SoakBench.Options(model.model(), json.checked(), blocks));
    }
}
