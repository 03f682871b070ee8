package org.praxino.app.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.Version;
import org.praxino.io.FileErrors;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.VideoModel;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.UserException;

/**
 * {@code bench stream --profile}: profiles a block. Java Flight Recorder samples the CPU time of the model's two threads (JEP 509),
 * including native code; each sample is attributed to the running operation of {@code org.praxino.tensor} and its caller.
 */
final class StreamProfile {
    private static final String EVENT = "jdk.CPUTimeSample";
    private static final int WARM = 12; // blocks until the cache is full and the code compiled
    private static final int SHOWN = 16;

    /**
     * @param part making or decoding
     * @param place that asked, class and method
     * @param operation that ran; "java" where none did
     * @param share of all samples
     * @param millis of processor time a block
     */
    record Row(String part, String place, String operation, double share, double millis) {}

    /**
     * @param blocks sampled
     * @param samples taken
     * @param makeMs processor time of making a block, on the thread that asks for it
     * @param decodeMs the same of decoding
     */
    record Report(
            String bench, String version, Map<String, String> machine, String dtype, String model, int blocks, int samples,
            @JsonProperty("make_cpu_ms") double makeMs, @JsonProperty("decode_cpu_ms") double decodeMs, List<Row> rows) {

        void print(PrintStream out) {
            MachineInfo.print(machine, out);
            out.println();
            out.printf(Locale.ROOT, "processor time of a block: %.1f ms to make it, %.1f ms to decode it (%d blocks, %d samples)%n",
                    makeMs, decodeMs, blocks, samples);
            table(out, "operation", Row::operation);
            table(out, "place", r -> r.part + "  " + r.place);
        }

        private void table(PrintStream out, String title, Function<Row, String> key) {
            out.printf(Locale.ROOT, "%n%-52s %10s %7s%n", title, "ms", "share");
            rows.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.summingDouble(Row::millis))).entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue().reversed()).limit(SHOWN)
                    .forEach(e -> out.printf(Locale.ROOT, "%-52s %10.2f %6.1f%%%n", e.getKey(), e.getValue(),
                            100 * e.getValue() / (makeMs + decodeMs)));
        }
    }

    /** What one thread of the model spent. */
    private record OperationTime(String part, long nanos) {}

    private StreamProfile() {}

    static Report measure(VideoModel model, double seconds, String dtype, CommandContext context) {
        if (FlightRecorder.getFlightRecorder().getEventTypes().stream().noneMatch(e -> e.getName().equals(EVENT))) {
            throw new UserException("--profile needs a Java that samples processor time: JDK 25 or later on Linux");
        }
        int perBlock = 4 * java.util.Objects.requireNonNull(model.info().blockLength());
        int blocks = Math.max(4, (int) Math.ceil(seconds * model.info().size().fps() / perBlock));
        Path file = temporary();
        try (var recording = new Recording();
                var session = model.session(Timeline.of("a ferris wheel spinning").withSeed(1L), StreamOptions.DEFAULT.withOverlap(false), null)) {
            recording.enable(EVENT).with("throttle", "1ms").withStackTrace();
            take(session, WARM * perBlock, context);
            List<OperationTime> before = spent();
            long made = session.stats().blocks();
            recording.start();
            take(session, blocks * perBlock, context);
            recording.stop();
            List<OperationTime> after = spent();
            int sampled = (int) Math.max(1, session.stats().blocks() - made);
            recording.dump(file);
            double make = millis(before, after, "make") / sampled;
            double decode = millis(before, after, "decode") / sampled;
            List<RecordedEvent> samples = RecordingFile.readAllEvents(file).stream()
                    .filter(e -> e.getEventType().getName().equals(EVENT) && part(e) != null && e.getStackTrace() != null).toList();
            if (samples.isEmpty()) {
                throw new UserException("--profile took no samples: this system does not let a program sample its own processor time");
            }
            return new Report("profile", Version.text(), MachineInfo.of(context), dtype, model.info().name() + " " + model.info()
                    .hash(), sampled,
                    samples.size(), make, decode, rows(samples, make, decode));
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        } finally {
            file.toFile().delete();
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("praxino-profile", ".jfr");
        } catch (IOException e) {
            throw FileErrors.writing(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
    }

    private static void take(org.praxino.stream.StreamSession session, int frames, CommandContext context) {
        for (int i = 0; i < frames; i++) {
            context.stop().check();
            session.frames().next();
        }
    }

    private static List<Row> rows(List<RecordedEvent> samples, double make, double decode) {
        var counted = new TreeMap<List<String>, Integer>(Comparator.comparing(Object::toString));
        var each = new TreeMap<String, Integer>();
        for (RecordedEvent sample : samples) {
            String part = part(sample);
            if (part != null) {
                counted.merge(where(part, sample), 1, Integer::sum);
                each.merge(part, 1, Integer::sum);
            }
        }
        var rows = new ArrayList<Row>();
        counted.forEach((w, n) -> {
            double millis = (w.get(0).equals("make") ? make : decode) * n / each.getOrDefault(w.get(0), 1);
            rows.add(new Row(w.get(0), w.get(1), w.get(2), millis / (make + decode), millis));
        });
        rows.sort(Comparator.comparingDouble(Row::millis).reversed());
        return rows;
    }

    /** Component, method and operation of a sample. */
    private static List<String> where(String part, RecordedEvent sample) {
        String operation = "java";
        for (RecordedFrame frame : sample.getStackTrace().getFrames()) {
            String type = frame.getMethod().getType().getName();
            String called = type.substring(type.lastIndexOf('.') + 1).replace('$', '.') + "." + frame.getMethod().getName()
                    .replaceAll("lambda\\$(\\w+)\\$\\d+", "$1");
            if (type.startsWith("org.praxino.tensor.")) {
                operation = called;
            } else if (type.startsWith("org.praxino.") && !type.endsWith(".Linear")) {
                return List.of(part, called, operation);
            }
        }
        return List.of(part, "elsewhere", operation);
    }

    private static @org.jspecify.annotations.Nullable String part(RecordedEvent sample) {
        var thread = sample.getThread("eventThread");
        return thread == null ? null : part(thread.getJavaName());
    }

    private static @org.jspecify.annotations.Nullable String part(@org.jspecify.annotations.Nullable String thread) {
        return switch (thread) {
            case "praxino-engine" -> "make";
            case "praxino-decoder" -> "decode";
            case null, default -> null;
        };
    }

    private static List<OperationTime> spent() {
        var threads = ManagementFactory.getThreadMXBean();
        var all = new ArrayList<OperationTime>();
        for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
            String part = info == null ? null : part(info.getThreadName());
            if (part != null) {
                all.add(new OperationTime(part, threads.getThreadCpuTime(info.getThreadId())));
            }
        }
        return all;
    }

    private static double millis(List<OperationTime> before, List<OperationTime> after, String part) {
        return (sum(after, part) - sum(before, part)) / 1e6;
    }

    private static long sum(List<OperationTime> all, String part) {
        return all.stream().filter(s -> s.part.equals(part)).mapToLong(OperationTime::nanos).sum();
    }
}
