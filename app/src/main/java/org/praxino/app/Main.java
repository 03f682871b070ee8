package org.praxino.app;

import java.util.Locale;

/** The program: reads the command line, runs the command, exits with its code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // the program speaks English, and its numbers do too
        Interruption stop = Interruption.onSignals();
        int code = Cli.of(Actions.standard(), Console.standard(), stop).run(args);
        stop.finished();
        System.exit(code);
    }
}
