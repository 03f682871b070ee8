package org.praxino.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
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
    private CommandSpec spec;

    PraxinoCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** For commands that only group others. */
    static void missingSubcommand(CommandSpec spec) {
        CommandLine line = spec.commandLine();
        throw new ParameterException(line, "A command is missing: one of " + String.join(", ", line.getSubcommands().keySet()));
    }
}
