package org.praxino.app.bench;

import java.util.concurrent.Callable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.JsonOption;
import org.praxino.app.cli.ModelOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "jobs",
        header = "Measures the jobs of a server over HTTP: start-up, jobs, polling clients, kills.",
        description = {"The server runs in a separate process with a temporary folder."},
        footer = {"Examples:", "  praxino bench jobs --json jobs.json", "  praxino bench jobs --kills 100 --jobs 1"})
public final class JobsBenchCommand implements Callable<Integer> {
    private final BoundAction<JobsBench.Options> runner;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--jobs", paramLabel = "N", defaultValue = "5", description = "Jobs to measure (default: ${DEFAULT-VALUE}).")
    private int jobs = 5;

    @Option(names = "--frames", paramLabel = "N", defaultValue = "9", description = "Frames of a job, 1 + 4k (default: ${DEFAULT-VALUE}).")
    private int frames = 9;

    @Option(names = "--polls", paramLabel = "N", defaultValue = "50",
            description = "Job polls per second (default: ${DEFAULT-VALUE}).")
    private int polls = 50;

    @Option(names = "--kills", paramLabel = "N", defaultValue = "3", description = "Kills and restarts (default: ${DEFAULT-VALUE}).")
    private int kills = 3;

    public JobsBenchCommand(BoundAction<JobsBench.Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new JobsBench.Options(model.model(), json.checked(), jobs, frames, polls, kills));
    }
}
