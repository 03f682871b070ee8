package org.praxino.app;

import org.praxino.app.cli.Subcommands;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "data", header = "Builds training sets.", synopsisSubcommandLabel = "COMMAND")
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Subcommands.missing(spec);
    }

    @Command(name = "prepare", header = "Turns clips, stills and captions into a training set.", synopsisSubcommandLabel = "COMMAND")
    static final class Prepare implements Runnable {
        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            Subcommands.missing(spec);
        }
    }
}
