package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.praxino.io.AtomicFiles;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.train.eval.FlowLossReport;
import org.praxino.train.eval.VideoScores;
import tools.jackson.databind.JsonNode;

/** Reads the results of an experiment's arms; writes the table and the plot. */
final class ExperimentResults {
    private ExperimentResults() {}

    /**
     * @param samples seen
     * @param loss mean of the last tenth of the log
     * @param gap conditional gap, the mean over the bands of noise; null for a tokenizer
     * @param scores of generated clips, or of a tokenizer's reconstructions; null when there are none
     * @param psnr of held-out clips, null when not measured
     * @param curve samples and losses
     */
    record Arm(
            String name, long samples, double loss, @Nullable Double gap, @Nullable VideoScores scores, @Nullable Double psnr, List<Point> curve) {}

    /** A line of the training log. */
    record Point(long samples, double loss) {}

    private record File(String name, List<Arm> arms) {}

    static Arm read(String name, Path run, Path scores) {
        List<Point> curve = curve(run.resolve("stats.jsonl"));
        if (curve.isEmpty()) {
            throw new IllegalStateException(run + " has a model and no log");
        }
        List<Point> tail = curve.subList(curve.size() - Math.max(1, curve.size() / 10), curve.size());
        var report = Json.read(scores, EvalAction.Report.class);
        FlowLossReport flow = report.flow();
        VideoScores trained = report.trained() == null ? null
                : report.trained().generated() == null ? report.trained().reconstruction() : report.trained().generated();
        return new Arm(
                name, curve.getLast().samples, tail.stream().mapToDouble(Point::loss).average().orElseThrow(),
                flow == null ? null : flow.bands().stream().mapToDouble(FlowLossReport.Band::gap).average().orElseThrow(), trained,
                report.reconstruction() == null ? null : report.reconstruction().psnr(), curve);
    }

    private static List<Point> curve(Path log) {
        try {
            var out = new ArrayList<Point>();
            for (String line : Files.readAllLines(log)) {
                JsonNode at = Json.parse(line, log.toString(), JsonNode.class).path("line");
                out.add(new Point(at.path("samples").asLong(), at.path("losses").path("loss").asDouble()));
            }
            return out;
        } catch (IOException e) {
            throw FileErrors.reading(log, e);
        }
    }

    /** Writes {@code results.md}, {@code results.json} and {@code losses.png}. @return the table */
    static String write(Path folder, String name, List<Arm> arms) {
        String table = table(name, arms);
        AtomicFiles.writeString(folder.resolve("results.md"), table);
        Json.write(folder.resolve("results.json"), new File(name, arms));
        var chart = new XYChartBuilder().width(900).height(560).title(name).xAxisTitle("samples").yAxisTitle("training loss").build();
        chart.getStyler().setYAxisLogarithmic(arms.stream().allMatch(a -> a.curve.stream().allMatch(p -> p.loss > 0)));
        for (Arm arm : arms) {
            chart.addSeries(
                            arm.name, arm.curve.stream().mapToDouble(Point::samples).toArray(), arm.curve.stream().mapToDouble(Point::loss).toArray())
                    .setMarker(SeriesMarkers.NONE);
        }
        Path png = folder.resolve("losses.png");
        try {
            BitmapEncoder.saveBitmap(chart, png.toString(), BitmapEncoder.BitmapFormat.PNG);
        } catch (IOException e) {
            throw FileErrors.writing(png, e);
        }
        return table;
    }

    static String table(String name, List<Arm> arms) {
        var out = new StringBuilder("# " + name + "\n\n| arm | samples | loss | gap | right first | in five | FD-MobileNetV2 | motion ratio | PSNR, held out |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (Arm a : arms) {
            VideoScores s = a.scores;
            out.append(String.format(
                    Locale.ROOT, "| %s | %,d | %.4f | %s | %s | %s | %s | %s | %s |%n", a.name.replace("|", "\\|"), a.samples, a.loss,
                    number("%.4f", a.gap), number("%.1f %%", s == null ? null : 100 * s.firstPlace()), number("%.1f %%", s == null ? null : 100 * s.firstFive()),
                    number("%.1f", s == null ? null : s.fdMobileNetV2()), number("%.2f", s == null ? null : s.motionRatio()), number("%.2f dB", a.psnr)));
        }
        return out.toString();
    }

    private static String number(String format, @Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, format, value);
    }
}
