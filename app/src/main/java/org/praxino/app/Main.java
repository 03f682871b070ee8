package org.praxino.app;

import java.util.Locale;
import org.praxino.app.cli.Console;
import org.praxino.app.cli.StopSignal;

/** The program: reads the command line, runs the command, exits with its code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // the program speaks English, and its numbers do too
        Console console = Console.standard();
        StopSignal stop = StopSignal.onSignals(console);
        int code = Cli.of(CommandActions.standard(), console, stop).run(args);
        stop.finished();
        System.exit(code);
    }
}
