package org.praxino.app;

import org.praxino.app.cli.GlobalOptions;
import org.praxino.app.cli.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the tree: global options, version, help. */
@Command(
        name = "praxino",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        header = "Trains latent video diffusion models and runs them, on the JVM.",
        footer = {
            "Examples:",
            "  praxino generate \"a ferris wheel spinning\" -o wheel.mp4",
            "  praxino models",
            "  praxino generate --help",
        })
final class PraxinoCommand implements Runnable {
    @Mixin
    private final GlobalOptions global;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    PraxinoCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
