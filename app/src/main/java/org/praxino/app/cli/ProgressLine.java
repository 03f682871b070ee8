package org.praxino.app.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.praxino.tensor.Progress;

/**
 * Shows progress: one updated line on a terminal, otherwise a line every few seconds. Speed is a moving average, so that a slow first step
 * does not distort the estimate.
 */
public final class ProgressLine implements Progress, AutoCloseable {
    private static final int WIDTH = 24;
    private static final double SMOOTHING = 0.2;

    private final PrintStream err;
    private final boolean interactive;
    private final UnaryOperator<String> units;
    private final long every;
    private final LongSupplier clock;

    private String note = "";
    private long shownAt;
    private boolean shown;
    private boolean ended; // its last state was shown
    private long lastDone;
    private long lastAt;
    private double secondsPerUnit = Double.NaN;
    private int drawn;

    ProgressLine(PrintStream err, boolean interactive, UnaryOperator<String> units, Duration every, LongSupplier nanoClock) {
        this.err = err;
        this.interactive = interactive;
        this.units = units;
        this.every = every.toNanos();
        this.clock = nanoClock;
        this.lastAt = nanoClock.getAsLong();
    }

    @Override
    public synchronized void update(long done, long total, String what) {
        long now = clock.getAsLong();
        if (!what.equals(note)) {
            newTask(what, done, now);
        }
        if (done > lastDone) {
            double s = (now - lastAt) / 1e9 / (done - lastDone);
            secondsPerUnit = Double.isNaN(secondsPerUnit) ? s : secondsPerUnit + SMOOTHING * (s - secondsPerUnit);
            lastDone = done;
            lastAt = now;
        }
        boolean last = total >= 0 && done >= total && !ended;
        ended |= last;
        boolean first = !shown && (interactive || !Double.isNaN(secondsPerUnit)); // a plain line waits until a speed is known
        if (first || last || now - shownAt >= every) {
            shown = true;
            shownAt = now;
            draw(line(done, total));
        }
    }

    /** Ends the display, so that further output starts on a new line. */
    @Override
    public synchronized void close() {
        if (drawn > 0) {
            err.println();
            drawn = 0;
        }
    }

    private void newTask(String what, long done, long now) {
        close();
        note = what;
        shown = false;
        ended = false;
        shownAt = now;
        lastDone = done;
        lastAt = now;
        secondsPerUnit = Double.NaN;
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

    private String line(long done, long total) {
        String unit = units.apply(note);
        var b = new StringBuilder(note.isEmpty() ? unit : note);
        if (interactive && total > 0) {
            int full = Math.clamp(WIDTH * done / total, 0, WIDTH);
            b.append(" [").append("█".repeat(full)).append("░".repeat(WIDTH - full)).append(']');
        }
        b.append(' ').append(done);
        if (total >= 0) {
            b.append('/').append(total);
        }
        b.append(' ').append(unit);
        if (!Double.isNaN(secondsPerUnit) && secondsPerUnit > 0) {
            b.append(", ").append(speed(secondsPerUnit, unit));
            if (total > done) {
                b.append(", ").append(time((total - done) * secondsPerUnit)).append(" left");
            }
        }
        return b.toString();
    }

    private static String speed(double secondsPer, String unit) {
        return secondsPer > 1
                ? String.format(Locale.ROOT, "%.1f s each", secondsPer)
                : String.format(Locale.ROOT, "%.1f %s/s", 1 / secondsPer, unit);
    }

    /** A duration for people: {@code 8 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    public static String time(double seconds) {
        long s = Math.max(0, Math.round(seconds));
        if (s < 60) {
            return s + " s";
        }
        return s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s % 3600 / 60 + " min";
    }
}
