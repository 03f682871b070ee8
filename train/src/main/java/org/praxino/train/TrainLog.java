package org.praxino.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.praxino.io.Json;
import org.praxino.io.events.TensorBoardWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes training statistics to the console, {@code stats.jsonl} and TensorBoard. */
final class TrainLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.train");

    /**
     * @param losses means since the last line, by name
     * @param gradientNorm mean norm before clipping
     * @param tflops achieved by the model's own products and sums
     */
    record Line(
            long samples, long of, Map<String, Double> losses, double learningRate, double gradientNorm, double samplesPerSecond,
            double tflops, long rssMib, long skipped) {}

    private record Stat(Line line, double peakShare, double secondsLeft) {}

    private final RunFolder folder;
    private final double peak;
    private final TensorBoardWriter board;

    /** @param firstSample where this part of the run begins @param gemmPeak GFLOP/s of a large matrix product, measured just before */
    TrainLog(RunFolder folder, long firstSample, double gemmPeak) {
        this.folder = folder;
        this.peak = gemmPeak;
        this.board = TensorBoardWriter.open(folder.path(), firstSample);
        note("GEMM peak " + Math.round(gemmPeak) + " GFLOP/s");
    }

    void note(String text) {
        LOG.info(text);
    }

    void line(Line l) {
        double share = l.tflops * 1000 / peak;
        double left = (l.of - l.samples) / l.samplesPerSecond;
        var text = new StringBuilder(String.format(Locale.ROOT, "%,d/%,d samples", l.samples, l.of));
        new TreeMap<>(l.losses).forEach((k, v) -> text.append(String.format(Locale.ROOT, "  %s %.4f", k, v)));
        text.append(String.format(
                Locale.ROOT, "  lr %.2e  |g| %.3f  %.2f samples/s  %.3f TFLOP/s (%.0f%% of peak)  %d MiB  %s left",
                l.learningRate, l.gradientNorm, l.samplesPerSecond, l.tflops, 100 * share, l.rssMib, duration(left)));
        if (l.skipped > 0) {
            text.append("  ").append(l.skipped).append(" updates skipped");
        }
        LOG.info(text.toString());
        l.losses.forEach((k, v) -> board.scalar("train/" + k, v, l.samples));
        board.scalar("train/learning_rate", l.learningRate, l.samples);
        board.scalar("train/gradient_norm", l.gradientNorm, l.samples);
        board.scalar("speed/samples_per_second", l.samplesPerSecond, l.samples);
        board.scalar("speed/tflops", l.tflops, l.samples);
        board.scalar("speed/peak_share", share, l.samples);
        try {
            Files.writeString(
                    folder.path().resolve("stats.jsonl"), Json.line(new Stat(l, share, left)) + "\n",
                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String duration(double seconds) {
        long s = Math.round(seconds);
        return s < 3600 ? "%d:%02d".formatted(s / 60, s % 60) : "%d:%02d:%02d".formatted(s / 3600, s / 60 % 60, s % 60);
    }

    /** Names a sample sheet and shows it on the board. */
    void sheet(Path png, long samples) {
        note("wrote " + png);
        try {
            board.image("samples", Files.readAllBytes(png), samples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        board.close();
    }
}
