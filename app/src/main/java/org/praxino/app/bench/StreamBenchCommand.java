package org.praxino.app.bench;

import java.util.concurrent.Callable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.GivenOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "stream",
        header = "Measures a live stream, and the teacher for comparison.",
        description = {
            "A frame counts once it is encoded as JPEG. The teacher generates one clip, with the model's own steps and guidance.",
        },
        footer = {"Examples:", "  praxino bench stream --json stream.json", "  praxino bench stream --seconds 5 --repeats 1 --no-teacher",
                "  praxino bench stream --profile --threads 1"})
public final class StreamBenchCommand implements Callable<Integer> {
    private final BoundAction<StreamBench.Options> runner;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final BenchCommand.Options options = new BenchCommand.Options();

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "10", description = "Length of the video (default: ${DEFAULT-VALUE}).")
    private double seconds = 10;

    @Option(names = "--no-teacher", description = "Skip the teacher, which takes minutes.")
    private boolean noTeacher;

    @Option(names = "--profile", description = "Print a sampling profile of a block instead.")
    private boolean profile;

    public StreamBenchCommand(BoundAction<StreamBench.Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        if (profile) {
            GivenOptions.refuse(spec, "--no-teacher", "with --profile, which looks at the student's blocks alone");
            GivenOptions.refuse(spec, "--repeats", "with --profile, which samples once, for --seconds");
        }
        return runner.run(new StreamBench.Options(options.checked(), seconds, !noTeacher, profile));
    }
}
