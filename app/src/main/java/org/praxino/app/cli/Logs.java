package org.praxino.app.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Configures logging: to standard error, by default Praxino's info messages and other warnings; stack traces to a file. */
public final class Logs extends ContextAwareBase implements Configurator {
    enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** The program's own messages (training reports through it) are shown from INFO on, those of libraries from WARN on. */
    private static final String OURS = "praxino";

    /** A line for every request of the server: for machines, not for somebody who looks on. */
    private static final String REQUESTS = "praxino.requests";

    private static final String STDERR = "stderr";

    /** Called by logback (service file) in place of a search for XML files. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss} %replace(%-5level %logger{20}: ){'^INFO +praxino[^:]*: ', ''}%msg%n");
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setName(STDERR);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(ch.qos.logback.classic.Level.WARN);
        root.addAppender(appender);
        context.getLogger("ai.djl").setLevel(ch.qos.logback.classic.Level.ERROR); // warns of GPUs that it is not asked to use
        context.getLogger(OURS).setLevel(ch.qos.logback.classic.Level.INFO);
        context.getLogger(REQUESTS).setLevel(ch.qos.logback.classic.Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Shows messages of {@code level} and worse. */
    static void show(Level level) {
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof ch.qos.logback.classic.Logger root) {
            var wanted = ch.qos.logback.classic.Level.toLevel(level.name());
            root.setLevel(wanted);
            root.getLoggerContext().getLogger(OURS).setLevel(wanted);
        }
    }

    /** From now on one JSON object a line, requests among them. */
    public static void json() {
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof ch.qos.logback.classic.Logger root
                && root.getAppender(STDERR) instanceof ConsoleAppender<ILoggingEvent> appender) {
            var encoder = new JsonLines();
            encoder.setContext(root.getLoggerContext());
            encoder.start();
            appender.stop();
            appender.setEncoder(encoder);
            appender.start();
            root.getLoggerContext().getLogger(REQUESTS).setLevel(ch.qos.logback.classic.Level.INFO);
        }
    }

    /**
     * Writes a stack trace to a new file.
     *
     * @param folder made if it is absent
     * @return the file
     */
    public static Path trace(Path folder, Throwable t) throws IOException {
        Files.createDirectories(folder);
        String stamp = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS"));
        Path file = folder.resolve("praxino-" + stamp + ".log");
        try (var w = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
            w.println("praxino " + Version.text());
            w.println("command: " + ProcessHandle.current().info().commandLine().orElse("unknown"));
            w.println();
            t.printStackTrace(w);
        }
        return file;
    }
}
