package org.praxino.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import org.praxino.app.cli.Console;
import org.praxino.app.cli.Logs;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.StoppedException;
import org.praxino.io.CacheFolder;
import org.praxino.server.db.DatabaseUnavailableException;
import org.praxino.tensor.UserException;

/** Reports exceptions as one line on standard error and an exit code. */
final class ErrorReporter {
    /** Words that begin sentences; a capital letter may also be a file's. */
    private static final Pattern OPENING = Pattern.compile("^(Cannot|There|The|Nothing|None|No) ");

    static final int UNEXPECTED = 1;
    static final int USAGE = 2;

    private final Console console;
    private final StopSignal stop;

    ErrorReporter(Console console, StopSignal stop) {
        this.console = console;
        this.stop = stop;
    }

    int handle(Throwable t) {
        if (isStop(t)) {
            console.message(t instanceof StoppedException s ? String.valueOf(s.getMessage()) : "stopped; nothing half-written was left behind.");
            return stop.exitCode();
        }
        return switch (t) {
            case DatabaseUnavailableException e -> { // the same command may succeed later
                console.message(message(e.getMessage()));
                yield UNEXPECTED;
            }
            case UserException e -> {
                console.message(message(e.getMessage()));
                yield USAGE;
            }
            case InvalidPathException e -> {
                console.message("'" + e.getInput() + "' cannot be the name of a file on this system.");
                yield USAGE;
            }
            case UncheckedIOException e -> handle(Objects.requireNonNull(e.getCause()));
            case FileSystemException e -> {
                console.message(message(fileProblem(e)));
                yield UNEXPECTED;
            }
            case IOException e when String.valueOf(e.getMessage()).contains("No space left on device") -> {
                console.message("there is no space left on the disk (No space left on device).");
                yield UNEXPECTED;
            }
            case OutOfMemoryError e -> outOfMemory(e);
            case RuntimeException e when isNativeOutOfMemory(e) -> outOfMemory(e);
            default -> unexpected(t);
        };
    }

    /** Whether the work only obeyed. Other failures are reported, also those of what is finished after a stop. */
    private boolean isStop(Throwable t) {
        if (t instanceof CancellationException) {
            return true;
        }
        for (Throwable cause = t; stop.isRequested() && cause != null; cause = cause.getCause()) {
            if (cause instanceof CancellationException || cause instanceof InterruptedException || cause instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }

    private int outOfMemory(Throwable t) {
        console.message("there is not enough memory for this: try fewer frames, a smaller size or count, or --device with more memory."
                + traceNote(t));
        return UNEXPECTED;
    }

    private int unexpected(Throwable t) {
        String what = t.getMessage() == null ? t.getClass().getSimpleName() : firstLine(t.getMessage());
        console.message(message("unexpected " + (t instanceof IOException ? "input/output problem: " : "problem: ") + what) + traceNote(t));
        return UNEXPECTED;
    }

    private static String traceNote(Throwable t) {
        try {
            return " Details: " + Logs.trace(CacheFolder.root().resolve("logs"), t);
        } catch (IOException | RuntimeException e) {
            return " (No log could be written: " + firstLine(String.valueOf(e.getMessage())) + ".)";
        }
    }

    private static boolean isNativeOutOfMemory(RuntimeException e) {
        String m = String.valueOf(e.getMessage());
        return m.contains("out of memory") || m.contains("can't allocate memory");
    }

    private static String fileProblem(FileSystemException e) {
        String file = String.valueOf(e.getFile());
        return switch (e) {
            case NoSuchFileException x -> "there is no file or folder '" + file + "'";
            case AccessDeniedException x -> "permission was refused for '" + file + "'";
            case NotDirectoryException x -> "'" + file + "' is not a folder";
            case FileAlreadyExistsException x -> "'" + file + "' exists already";
            default -> "'" + file + "': " + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
        };
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("").strip();
    }

    /** As it follows the program's name: a small letter first, a full stop last. */
    private static String message(String said) {
        String text = OPENING.matcher(said).replaceFirst(m -> m.group().toLowerCase(Locale.ROOT));
        return text.endsWith(".") || text.endsWith("?") || text.endsWith("!") ? text : text + ".";
    }
}
