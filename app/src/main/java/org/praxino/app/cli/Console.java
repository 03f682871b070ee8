package org.praxino.app.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;

/**
 * Console output of a command: results on standard output, progress and messages on standard error.
 *
 * @param out results, UTF-8
 * @param err progress, notes and errors, UTF-8
 * @param raw standard output as bytes, for {@code -o -}
 * @param interactive whether {@code err} is a terminal that can redraw a line
 */
public record Console(PrintStream out, PrintStream err, OutputStream raw, boolean interactive) {
    /** How often a progress line is written where none can be redrawn. */
    private static final Duration PLAIN = Duration.ofSeconds(3);

    private static final Duration REDRAW = Duration.ofMillis(100);

    /** The process's own streams; the launcher says whether they are a terminal (property {@code praxino.terminal}). */
    public static Console standard() {
        var raw = new FileOutputStream(FileDescriptor.out);
        var out = new PrintStream(raw, true, StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new Console(out, err, raw, Boolean.getBoolean("praxino.terminal"));
    }

    /** A console whose results for people go where its messages go, so that standard output is left to a program. */
    Console withResultsOnErr() {
        return new Console(err, err, raw, interactive);
    }

    /** Writes a command's result as JSON, to a file or to standard output. */
    public void writeJson(Path to, Object value) {
        if (!to.equals(JsonOption.STANDARD_OUTPUT)) {
            Json.write(to, value);
            return;
        }
        try {
            raw.write(Json.pretty(value).getBytes(StandardCharsets.UTF_8));
            raw.flush();
        } catch (IOException e) {
            throw new UserException("standard output could not be written: " + e.getMessage(), e);
        }
    }

    /** One line on standard error, in the program's name; what it quotes may be from files. */
    public void message(String sentence) {
        err.println("praxino: " + PrintableText.lines(sentence));
    }

    /**
     * A progress display on standard error.
     *
     * @param unit what is counted, in the plural ("files")
     */
    public ProgressLine progress(String unit) {
        return progress(note -> unit, false);
    }

    /**
     * A progress display whose unit depends on the task.
     *
     * @param units the unit for a note
     * @param quiet show nothing
     */
    public ProgressLine progress(UnaryOperator<String> units, boolean quiet) {
        PrintStream to = quiet ? new PrintStream(OutputStream.nullOutputStream()) : err;
        boolean redraw = interactive && !quiet;
        return new ProgressLine(to, redraw, units, redraw ? REDRAW : PLAIN, System::nanoTime);
    }
}
