package org.praxino.app.bench;

import java.util.concurrent.Callable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.JsonOption;
import org.praxino.app.cli.ModelOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "faults",
        header = "Counts what a server loses: kills, outages, bad receivers, vanishing clients.",
        description = {
            "Servers run in processes of their own, on a folder that is thrown away. PostgreSQL is used where it is installed, a full disk where a",
            "file system can be mounted. Ends with 1 where a job was lost or doubled, or a file was left behind. SIGTERM ends the kills early: what was",
            "counted until then is printed."},
        footer = {"Examples:", "  praxino bench faults --json faults.json", "  praxino bench faults --rounds 1000 --minutes 60"})
public final class FaultsBenchCommand implements Callable<Integer> {
    private final BoundAction<FaultsBench.Options> runner;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "100",
            description = "Kills and restarts; the database goes away a tenth as often (default: ${DEFAULT-VALUE}).")
    private int rounds = 100;

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "10",
            description = "Time with vanishing clients, with the memory every 15 s; 0 for none (default: ${DEFAULT-VALUE}).")
    private double minutes = 10;

    public FaultsBenchCommand(BoundAction<FaultsBench.Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new FaultsBench.Options(model.model(), json.checked(), rounds, minutes));
    }
}
