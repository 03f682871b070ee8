package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.JsonOption;
import org.praxino.app.cli.JsonResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        header = "Checks the implementation against golden cases of reference programs.",
        description = {
            "Runs every case (a folder with case.json) under DIR. Exits with 1 if one fails or names an unknown component.",
        },
        footer = {"Examples:", "  praxino verify golden", "  praxino verify golden/ddim-zero-snr --json report.json"})
final class VerifyCommand implements Callable<Integer> {
    private final BoundAction<Options> runner;

    /**
     * @param folder where the cases are
     * @param json where to write the report, or null
     */
    record Options(Path folder, @Nullable Path json) implements JsonResult {}

    @Parameters(index = "0", paramLabel = "DIR", description = "Folder with cases.")
    private Path folder = Path.of(".");

    @Mixin
    private final JsonOption json = new JsonOption();

    VerifyCommand(BoundAction<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(folder, json.checked()));
    }
}
