package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "models",
        header = "Lists the available models and what they can generate.",
        description = {"Looks in the folders named by the environment variable PRAXINO_MODELS, in zoo/ of the checkout, and in praxino/models of the",
            "user's data folder (~/.local/share)."},
        footer = {"Examples:", "  praxino models", "  praxino models --in my-models"})
final class ModelsCommand implements Callable<Integer> {
    private final BoundAction<Options> runner;

    /** @param folder where else to look, or null */
    record Options(@Nullable Path folder) {}

    @Option(names = "--in", paramLabel = "DIR", description = "Folder of model folders to list instead.")
    private @Nullable Path folder;

    ModelsCommand(BoundAction<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(folder));
    }
}
