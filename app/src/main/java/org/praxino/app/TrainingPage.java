package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.ProgressLine;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.train.run.ModelRecipe;
import org.praxino.train.run.ModelRecipe.Stage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** A page with the progress of {@code train all}: stages, time left, loss curves, the newest sample sheets. It needs no server. */
final class TrainingPage {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.train");
    private static final int WIDTH = 640;
    private static final int HEIGHT = 140;

    /** Points of a curve; more than this are thinned out. */
    private static final int POINTS = 400;

    private final Path out;
    private final ModelRecipe recipe;
    private final double hours;
    private final List<Stage> ended = new ArrayList<>();
    private @Nullable Stage current;

    TrainingPage(Path out, ModelRecipe recipe, double hours) {
        this.out = out;
        this.recipe = recipe;
        this.hours = hours;
    }

    Path file() {
        return out.resolve("progress.html").toAbsolutePath();
    }

    synchronized void begins(Stage stage) {
        current = stage;
    }

    synchronized void ended(Stage stage) {
        ended.add(stage);
        current = null;
    }

    /** Writes the page with the current state. A page that cannot be written ends no training. */
    synchronized void write() {
        try {
            AtomicFiles.writeString(file(), html());
        } catch (RuntimeException | IOException e) {
            LOG.warn("the progress page could not be written: {}", e.getMessage());
        }
    }

    private String html() throws IOException {
        boolean over = ended.size() == recipe.stages().size();
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
        if (!over) {
            page.append("<meta http-equiv=\"refresh\" content=\"5\">");
        }
        page.append("<title>").append(over ? "Trained" : "Training").append("</title><style>")
                .append("body{font:16px/1.5 system-ui,sans-serif;max-width:900px;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}")
                .append("table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0}img{max-width:100%}")
                .append("svg{width:100%;height:auto;background:#f6f6f6}.now{font-weight:600}")
                .append("@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}svg{background:#242424}}</style>")
                .append("<h1>").append(over ? "Trained" : "Training").append("</h1><table><tr><th>Stage<th>State<th>Samples<th>Loss<th>Left</tr>");
        for (Stage stage : recipe.stages()) {
            row(page, stage);
        }
        page.append("</table>");
        for (Stage stage : recipe.stages().reversed()) {
            section(page, stage);
        }
        return page.append("</html>\n").toString();
    }

    private void row(StringBuilder page, Stage stage) throws IOException {
        List<JsonNode> lines = lines(stage);
        boolean now = stage == current;
        String state = ended.contains(stage) ? "done" : now ? lines.isEmpty() ? "preparing" : "training" : "waiting";
        page.append("<tr").append(now ? " class=\"now\"" : "").append("><td>").append(stage.fileName()).append("<td>").append(state);
        if (lines.isEmpty()) {
            page.append("<td><td><td>").append(ProgressLine.time(hours * 3600 * stage.share()));
        } else {
            JsonNode last = lines.getLast();
            page.append(String.format(Locale.ROOT, "<td>%,d of %,d<td>%.4f<td>%s", last.at("/line/samples").asLong(), last.at("/line/of").asLong(),
                    last.at("/line/losses/loss").asDouble(), ended.contains(stage) ? "" : ProgressLine.time(Math.max(0, last.path("secondsLeft").asDouble()))));
        }
        page.append("</tr>");
    }

    private void section(StringBuilder page, Stage stage) throws IOException {
        List<JsonNode> lines = lines(stage);
        if (lines.isEmpty()) {
            return;
        }
        page.append("<h2>").append(stage.fileName()).append("</h2>");
        if (lines.size() > 1) {
            curve(page, stage, lines);
        }
        newestSheet(stage).ifPresent(png -> page.append("<p><img alt=\"Samples of the stage ").append(stage.fileName()).append("\" src=\"")
                .append(out.toAbsolutePath().relativize(png.toAbsolutePath()).toString().replace('\\', '/')).append("\">"));
    }

    /** The loss on a logarithmic axis over samples. */
    private static void curve(StringBuilder page, Stage stage, List<JsonNode> lines) {
        int each = Math.max(1, lines.size() / POINTS);
        double[] losses = lines.stream().mapToDouble(l -> Math.log(Math.max(1e-6, l.at("/line/losses/loss").asDouble()))).toArray();
        double low = java.util.Arrays.stream(losses).min().orElseThrow();
        double high = Math.max(low + 1e-3, java.util.Arrays.stream(losses).max().orElseThrow());
        double most = Math.max(1, lines.getLast().at("/line/samples").asDouble());
        page.append("<svg role=\"img\" aria-label=\"Loss of the stage ").append(stage.fileName()).append(" over samples\" viewBox=\"0 0 ")
                .append(WIDTH).append(' ').append(HEIGHT).append("\"><polyline fill=\"none\" stroke=\"#2f6fd6\" stroke-width=\"2\" points=\"");
        for (int i = 0; i < losses.length; i += each) {
            page.append(String.format(Locale.ROOT, "%.1f,%.1f ", WIDTH * lines.get(i).at("/line/samples").asDouble() / most,
                    4 + (HEIGHT - 8) * (high - losses[i]) / (high - low)));
        }
        page.append(String.format(Locale.ROOT, "\"/><text x=\"4\" y=\"14\" font-size=\"12\" fill=\"#888\">%.3f</text>", Math.exp(high)))
                .append(String.format(Locale.ROOT, "<text x=\"4\" y=\"%d\" font-size=\"12\" fill=\"#888\">%.3f</text></svg>", HEIGHT - 6, Math.exp(low)));
    }

    private List<JsonNode> lines(Stage stage) throws IOException {
        Path file = recipe.run(stage).resolve("stats.jsonl");
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.endsWith("}")).map(line -> Json.parse(line, file.toString(), JsonNode.class)).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private Optional<Path> newestSheet(Stage stage) {
        try (Stream<Path> sheets = Files.list(recipe.run(stage).resolve("sheets"))) {
            return sheets.filter(p -> p.toString().endsWith(".png")).max(java.util.Comparator.naturalOrder());
        } catch (IOException e) {
            return Optional.empty(); // none yet
        }
    }
}
