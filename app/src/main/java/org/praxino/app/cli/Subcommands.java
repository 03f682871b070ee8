package org.praxino.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Commands that only group others. */
public final class Subcommands {
    private Subcommands() {}

    /** Reports a missing subcommand. @throws ParameterException always */
    public static void missing(CommandSpec spec) {
        CommandLine line = spec.commandLine();
        throw new ParameterException(line, "A command is missing: one of " + String.join(", ", line.getSubcommands().keySet()));
    }
}
