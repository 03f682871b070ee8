package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.JsonOption;
import org.praxino.app.cli.JsonResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        header = "Looks through a prepared data set: statistics, cuts, near duplicates.",
        description = {"Reads every clip once. Duplicates are found by a perceptual hash of the middle frame, cuts by jumps between frames."},
        footer = {
            "Examples:",
            "  praxino data inspect data/my-clips --sheet clips.png",
        })
final class DataInspectCommand implements Callable<Integer> {
    private final BoundAction<Options> runner;

    /** @param data a prepared set @param json JSON output file, or null @param sheet contact sheet, or null */
    record Options(Path data, @Nullable Path json, @Nullable Path sheet) implements JsonResult {}

    @Parameters(index = "0", paramLabel = "DIR", description = "Prepared training set.")
    private Path data = Path.of(".");

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--sheet", paramLabel = "FILE", description = "Also write a contact sheet (.png) of clips spread over the set.")
    private @Nullable Path sheet;

    DataInspectCommand(BoundAction<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(data, json.checked(), json.checked(sheet)));
    }
}
