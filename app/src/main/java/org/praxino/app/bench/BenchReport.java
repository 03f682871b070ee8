package org.praxino.app.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.praxino.tensor.Backend;

/**
 * The results of a benchmark run.
 *
 * @param bench which benchmark
 * @param version of the program
 * @param machine hardware, versions and settings
 * @param dtype computed in
 * @param gemmPeakGflops peak speed: the product of two 1024x1024 matrices in that dtype
 * @param peakShare speed of the benchmark as a share of the peak
 * @param seconds duration of the measured work
 * @param startupSeconds from the start of the process to its first work
 * @param rssMib the most memory the process has held so far
 * @param rows the parts
 */
record BenchReport(
        String bench,
        String version,
        Map<String, String> machine,
        String dtype,
        @JsonProperty("gemm_peak_gflops") double gemmPeakGflops,
        @JsonProperty("peak_share") double peakShare,
        double seconds,
        @JsonProperty("startup_seconds") double startupSeconds,
        @JsonProperty("rss_mib") long rssMib,
        List<Row> rows) {

    /**
     * One measured part.
     *
     * @param shape of its inputs
     * @param seconds the best of the repeats
     * @param gflops multiply-adds times two, a second, in 10⁹
     * @param share of the yardstick
     */
    record Row(String name, String shape, double seconds, double gflops, double share) {
        static Row of(String name, String shape, double seconds, double flops, double peak) {
            double gflops = flops / seconds / 1e9;
            return new Row(name, shape, seconds, gflops, gflops / peak);
        }
    }

    void print(PrintStream out) {
        int width = machine.keySet().stream().mapToInt(String::length).max().orElse(0);
        machine.forEach((k, v) -> out.println(k + " ".repeat(width - k.length() + 2) + v));
        out.println();
        out.printf(Locale.ROOT, "%-26s %-40s %12s %10s %7s%n", "part", "shape", "ms", "GFLOP/s", "peak");
        for (Row r : rows) {
            out.printf(Locale.ROOT, "%-26s %-40s %12.3f %10.1f %6.0f%%%n", r.name, r.shape, r.seconds * 1e3, r.gflops, 100 * r.share);
        }
        out.println();
        out.printf(Locale.ROOT, "GEMM peak %.1f GFLOP/s (%s); share of peak %.0f%%; %.4f s; start-up %.2f s; peak memory %d MiB%n", gemmPeakGflops,
                dtype, 100 * peakShare, seconds, startupSeconds, rssMib);
    }

    /** Seconds since the operating system started this process. */
    static double sinceStart() {
        return ProcessHandle.current().info().startInstant().map(s -> Duration.between(s, Instant.now()).toNanos() / 1e9).orElse(Double.NaN);
    }

    /** The most resident memory this process has had, in MiB; where the system does not report it, what it has now. */
    static long peakMemory() {
        Path status = Path.of("/proc/self/status");
        if (Files.isReadable(status)) {
            try (var lines = Files.lines(status)) {
                var kib = lines.filter(l -> l.startsWith("VmHWM:")).map(l -> l.replaceAll("\\D", "")).findFirst();
                if (kib.isPresent()) {
                    return Long.parseLong(kib.get()) >> 10;
                }
            } catch (IOException e) {
                // falls through to what is known otherwise
            }
        }
        return Backend.residentBytes() >> 20;
    }
}
