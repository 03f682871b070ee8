package org.praxino.app;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.praxino.app.cli.Console;
import org.praxino.stream.StreamStats;

/** Shows a stream's status on standard error: one updated line on a terminal, otherwise a line every few seconds. */
final class StreamStatusLine implements AutoCloseable {
    private static final long REDRAW = 100_000_000L;
    private static final long PLAIN = 3_000_000_000L;

    private final PrintStream err;
    private final boolean interactive;
    private final boolean quiet;
    private final double fps;
    private final LongSupplier clock;
    private long shownAt = Long.MIN_VALUE;
    private int drawn;

    StreamStatusLine(Console console, boolean quiet, double fps, LongSupplier nanoClock) {
        this.err = console.err();
        this.interactive = console.interactive();
        this.quiet = quiet;
        this.fps = fps;
        this.clock = nanoClock;
    }

    /** @param frames taken so far */
    synchronized void update(long frames, StreamStats stats) {
        long now = clock.getAsLong();
        if (!quiet && (shownAt == Long.MIN_VALUE || now - shownAt >= (interactive ? REDRAW : PLAIN))) {
            shownAt = now;
            draw(text(frames, stats));
        }
    }

    /** The last state. */
    synchronized void finish(long frames, StreamStats stats) {
        if (!quiet) {
            draw(text(frames, stats));
        }
        close();
    }

    /** Says something between two updates. */
    synchronized void message(String sentence) {
        if (!quiet) {
            close();
            err.println(sentence);
        }
    }

    /** {@code 12.3 s, 148 frames, 2.1x real time, first frame after 180 ms, 4 frames wait}. */
    String text(long frames, StreamStats stats) {
        var b = new StringBuilder(String.format(Locale.ROOT, "%.1f s, %d frames", frames / fps, frames));
        if (!Double.isNaN(stats.realtimeFactor())) {
            b.append(String.format(Locale.ROOT, ", %.2fx real time", stats.realtimeFactor()));
        }
        if (!Double.isNaN(stats.firstFrameMillis())) {
            b.append(String.format(Locale.ROOT, ", first frame after %.0f ms", stats.firstFrameMillis()));
        }
        return b.append(", ").append(stats.queued()).append(stats.queued() == 1 ? " frame waits" : " frames wait").toString();
    }

    private void draw(String text) {
        if (interactive) {
            err.print("\r" + text + " ".repeat(Math.max(0, drawn - text.length())));
            err.flush();
            drawn = text.length();
        } else {
            err.println(text);
        }
    }

    @Override
    public synchronized void close() {
        if (drawn > 0) {
            err.println();
            drawn = 0;
        }
    }
}
