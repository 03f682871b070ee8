package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.praxino.app.cli.BoundAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "experiment",
        header = "Compares training configurations: one table and one plot.",
        description = {
            "Trains the arms one after the other, on the same data in the same order and for the same samples or the same time, evaluates",
            "each, and writes results.md, results.json and losses.png into the experiment's folder. Run again, it resumes.",
        },
        footer = {
            "Examples:",
            "  praxino experiment configs/experiment-positions.yaml",
        })
final class ExperimentCommand implements Callable<Integer> {
    private final BoundAction<Path> runner;

    @Parameters(index = "0", paramLabel = "FILE", description = "YAML file of the experiment.")
    private Path file = Path.of(".");

    ExperimentCommand(BoundAction<Path> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(file);
    }
}
