package org.praxino.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.TestServer;

/** The names of the numbers are the same in the server, in its documents and in the dashboard. */
class OperationsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private static Metrics used() {
        var second = Duration.ofSeconds(1);
        var m = new Metrics();
        m.gauge("praxino_queue_depth", "Jobs that wait", () -> 0); // as the server does
        m.gauge("praxino_ready", "1 when jobs can be worked on, else 0", () -> 1);
        m.request("/v1/videos", "tiny", 200, second);
        m.waited(second);
        m.step(second);
        m.job("tiny", "completed");
        m.jobFinished("tiny", 9, 1, 2);
        m.memoryRejection();
        m.outOfMemory();
        m.sent("mp4", 10);
        m.webhook("delivered");
        m.sessions("running", () -> 1);
        m.caches(() -> 1);
        m.firstFrame(second.toNanos());
        m.block("tiny", "live_1", 3, 1000, 1000, 4, 1.5, 0.3);
        m.displayLag(second.toNanos());
        m.updateVisible(second.toNanos());
        m.dropped("input", 3);
        return m;
    }

    private static Set<String> names() {
        var names = new TreeSet<String>();
        used().scrape().lines().filter(l -> l.startsWith("# TYPE ")).map(l -> l.split(" ")[2])
                .filter(n -> !n.endsWith("_max")).forEach(names::add); // Micrometer's own beside each timer
        return names;
    }

    private static Set<String> named(String text) {
        var names = new TreeSet<String>();
        Pattern.compile("praxino_[a-z_]*[a-z]").matcher(text).results().map(r -> r.group().replaceFirst("_(bucket|sum|count|max)$", ""))
                .forEach(names::add);
        return names;
    }

    @Test
    void documentAndDashboardNameWhatThereIs() throws IOException {
        assertThat(names()).contains("praxino_requests_total", "praxino_request_duration_seconds", "praxino_drift_score", "praxino_sessions");
        assertThat(named(Files.readString(ROOT.resolve("docs/operations.md")))).isEqualTo(names());
        String dashboard = Files.readString(ROOT.resolve("ops/grafana-dashboard.json"));
        assertThat(named(dashboard)).isEqualTo(names());
        assertThat(TestServer.json(dashboard).get("panels").size()).isGreaterThan(10);
    }

    @Test
    void numbersHaveTheirLabelsAndNothingOfThePrompt() {
        assertThat(used().scrape()).contains(
                "praxino_requests_total{model=\"tiny\",outcome=\"ok\",route=\"/v1/videos\"} 1.0",
                "praxino_frames_total{model=\"tiny\"} 13.0",
                "praxino_block_duration_seconds_bucket{stage=\"decode\",le=\"2.56\"} 1",
                "praxino_sessions{state=\"running\"} 1.0",
                "praxino_frames_dropped_total{reason=\"input\"} 3.0",
                "praxino_drift_score 0.3");
    }

    @Test
    void eventsAreRecordedByTheFlightRecorder() throws IOException {
        Path file = folder.resolve("a.jfr");
        try (var recording = new Recording()) {
            List.of("praxino.request", "praxino.block", "praxino.denoise_step").forEach(recording::enable);
            recording.start();
            used();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(events).extracting(e -> e.getEventType().getName()).contains("praxino.request", "praxino.block", "praxino.denoise_step");
        RecordedEvent request = events.stream().filter(e -> e.getEventType().getName().equals("praxino.request")).findFirst().orElseThrow();
        assertThat(request.getString("route")).isEqualTo("/v1/videos");
        assertThat(request.getDuration("took")).isEqualTo(Duration.ofSeconds(1));
        RecordedEvent block = events.stream().filter(e -> e.getEventType().getName().equals("praxino.block")).findFirst().orElseThrow();
        assertThat(block.getString("model")).isEqualTo("tiny");
        assertThat(block.getString("session")).isEqualTo("live_1");
        assertThat(block.getLong("block")).isEqualTo(3);
        assertThat(block.getDuration("make")).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theUnitAndTheImageStartWhatThereIs() throws IOException {
        assertThat(ROOT.resolve("praxino")).isExecutable();
        for (String file : List.of("ops/praxino.service", "ops/Containerfile")) {
            String text = Files.readString(ROOT.resolve(file));
            String help = Files.readString(ROOT.resolve("docs/help/praxino-serve.txt"));
            Pattern.compile("--[a-z][a-z-]+").matcher(text.lines().filter(l -> l.contains("serve")).reduce("", String::concat)).results()
                    .forEach(option -> assertThat(help).as(file).contains(option.group()));
        }
    }
}
