package org.praxino.app;

import java.util.ArrayList;
import java.util.List;
import org.praxino.app.cli.CommandGroup;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "help",
        header = "Shows the help of a command.",
        footer = {"Examples:", "  praxino help generate", "  praxino help train walt"})
final class HelpCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "Words of the command, as typed (default: the program itself).")
    private List<String> words = new ArrayList<>();

    @Override
    public void run() {
        CommandLine found = spec.parent().commandLine();
        for (String word : words) {
            CommandLine next = found.getSubcommands().get(word);
            if (next == null) {
                throw CommandGroup.unknown(found, word);
            }
            found = next;
        }
        found.usage(spec.commandLine().getOut());
    }
}
