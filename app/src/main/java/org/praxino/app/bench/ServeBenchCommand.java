package org.praxino.app.bench;

import java.util.concurrent.Callable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.JsonOption;
import org.praxino.app.cli.ModelOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        header = "Measures live sessions of a server with clients in a second process.",
        description = {"Sessions: one in real time, one at half speed, and one at full speed, alone and beside 200 idle connections and 50 polls per",
            "second, and one in real time while jobs of the teacher wait."},
        footer = {"Examples:", "  praxino bench serve --json serve.json", "  praxino bench serve --seconds 30"})
public final class ServeBenchCommand implements Callable<Integer> {
    private final BoundAction<ServeBench.Options> runner;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "300",
            description = "Length of the real-time session; the other parts take a fifth of it each (default: ${DEFAULT-VALUE}).")
    private double seconds = 300;

    public ServeBenchCommand(BoundAction<ServeBench.Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new ServeBench.Options(model.model(), json.checked(), seconds));
    }
}
