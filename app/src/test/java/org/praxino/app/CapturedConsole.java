package org.praxino.app;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.praxino.app.cli.CommandAction;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.Console;
import org.praxino.app.cli.StopSignal;

/** A command line whose actions only note what they were given, and whose console is kept. */
final class CapturedConsole {
    final List<Object> options = new ArrayList<>();
    final List<CommandContext> contexts = new ArrayList<>();
    final StopSignal stop = StopSignal.unregistered();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Cli cli;

    CapturedConsole() {
        this(context -> 0);
    }

    /** What every action does after noting. */
    @FunctionalInterface
    interface Then {
        int run(CommandContext context) throws Exception;
    }

    CapturedConsole(Then then) {
        this.cli = Cli.of(actions(then), console(), stop);
    }

    private CommandActions actions(Then then) {
        return new CommandActions(noting(then), noting(then), noting(then), noting(then), noting(then), noting(then), noting(then), noting(then), noting(then), noting(then),
                noting(then), noting(then), noting(then), noting(then), noting(then), noting(then), noting(then), noting(then),
                noting(then), noting(then), noting(then), noting(then), noting(then), noting(then), noting(then), noting(then), noting(then),
                noting(then), noting(then), noting(then), noting(then));
    }

    private <O> CommandAction<O> noting(Then then) {
        return (o, context) -> {
            options.add(o);
            contexts.add(context);
            return then.run(context);
        };
    }

    Console console() {
        return new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), out, false);
    }

    int run(String... args) {
        return cli.run(args);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
