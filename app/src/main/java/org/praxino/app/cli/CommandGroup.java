package org.praxino.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only groups others. */
public abstract class CommandGroup implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** @throws ParameterException always: a subcommand is missing */
    @Override
    public final void run() {
        CommandLine line = spec.commandLine();
        throw new ParameterException(line, "A command is missing: one of " + names(line));
    }

    /** Of a word that is no subcommand of {@code line}. */
    public static ParameterException unknown(CommandLine line, String word) {
        String name = line.getCommandSpec().qualifiedName();
        return new ParameterException(line, line.getSubcommands().isEmpty() ? name + " has no commands, so '" + word + "' is one word too many"
                : "There is no command '" + name + " " + word + "': there are " + names(line));
    }

    private static String names(CommandLine line) {
        return String.join(", ", line.getSubcommands().keySet());
    }
}
