package org.praxino.app;

import org.praxino.app.cli.Subcommands;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "data", header = "Builds and inspects data sets for training.", synopsisSubcommandLabel = "COMMAND")
final class DataCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        Subcommands.missing(spec);
    }

    @Command(name = "prepare", header = "Builds a data set from clips, stills and captions.", synopsisSubcommandLabel = "COMMAND")
    static final class Prepare implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Override
        public void run() {
            Subcommands.missing(spec);
        }
    }
}
