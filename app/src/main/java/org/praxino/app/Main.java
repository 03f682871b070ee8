package org.praxino.app;

import java.util.Locale;
import org.praxino.app.cli.Console;
import org.praxino.app.cli.StopSignal;

/** The program: reads the command line, runs the command, exits with its code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // the program speaks English, and its numbers do too
        StopSignal stop = StopSignal.onSignals();
        int code = Cli.of(CommandActions.standard(), Console.standard(), stop).run(args);
        stop.finished();
        System.exit(code);
    }
}
