package org.praxino.app;

import org.praxino.app.cli.CommandGroup;
import picocli.CommandLine.Command;

@Command(name = "data", header = "Builds and inspects data sets for training.", synopsisSubcommandLabel = "COMMAND")
final class DataCommand extends CommandGroup {
    @Command(name = "prepare", header = "Builds a data set from clips, stills and captions.", synopsisSubcommandLabel = "COMMAND")
    static final class Prepare extends CommandGroup {}
}
