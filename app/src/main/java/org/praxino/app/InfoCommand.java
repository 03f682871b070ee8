package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "info",
        header = "Shows what a model, weights or a video hold, or versions and hardware.",
        footer = {"Examples:", "  praxino info", "  praxino info emoji-128", "  praxino info wheel.mp4", "  praxino info weights.safetensors"})
final class InfoCommand implements Callable<Integer> {
    private final Runner<Options> runner;

    /**
     * @param subject a model's name, a model folder, a weight file or a video; null: the program and this machine
     * @param json where to write the same as JSON, or null
     */
    record Options(@Nullable String subject, @Nullable Path json) {}

    @Parameters(index = "0", arity = "0..1", paramLabel = "MODEL|FILE", description = "Model, weights in .safetensors, or a video, which tells its prompt and seed (default: the program itself).")
    private @Nullable String subject;

    @Mixin
    private final JsonOption json = new JsonOption();

    InfoCommand(Runner<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(subject, json.checked()));
    }
}
