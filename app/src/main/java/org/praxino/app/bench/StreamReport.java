package org.praxino.app.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.MachineInfo;

/**
 * The results of {@code bench stream}. Everything is warmed up and measured from prompt to JPEG frames.
 *
 * @param model name and hash
 * @param seconds of video made by stream and teacher
 * @param realtimeFactor seconds of video that a second gives, the best of the repeats
 * @param sequentialFactor the same without decoding beside making
 * @param firstFrameMs from opening a session with a new prompt to its first frame, the middle of the repeats
 * @param updateVisibleMs from a changed prompt to its first frame on show, played in real time, the worst of the repeats
 * @param updateLimitMs one block of playback and one block of compute
 * @param blockMs of making a block, the middle one
 * @param decodeMs of decoding a block, the middle one
 * @param jpegMs of a block's frames, the middle one
 * @param teacherFirstFrameMs from the request to the teacher's first frame
 * @param teacherSeconds for the whole of its clip
 * @param teacherLatencyRatio teacher's first frame over ours
 * @param teacherThroughputRatio teacher's time over ours for as many frames
 * @param gemmPeakGflops of all threads
 * @param denoiserPeakGflops of the threads that make blocks; the others are decoding's
 * @param denoiserThreads how many those are
 * @param peakShare speed of the denoiser as a share of the peak of its own threads, without decoding beside it
 * @param peakShareAll the same as a share of the peak of all threads
 */
record StreamReport(
        String bench,
        String version,
        Map<String, String> machine,
        String dtype,
        String model,
        double seconds,
        @JsonProperty("realtime_factor") double realtimeFactor,
        @JsonProperty("realtime_factor_sequential") double sequentialFactor,
        @JsonProperty("first_frame_ms") double firstFrameMs,
        @JsonProperty("update_visible_ms") double updateVisibleMs,
        @JsonProperty("update_limit_ms") double updateLimitMs,
        @JsonProperty("block_ms") double blockMs,
        @JsonProperty("decode_ms") double decodeMs,
        @JsonProperty("jpeg_ms") double jpegMs,
        @JsonProperty("teacher_first_frame_ms") @Nullable Double teacherFirstFrameMs,
        @JsonProperty("teacher_seconds") @Nullable Double teacherSeconds,
        @JsonProperty("teacher_latency_ratio") @Nullable Double teacherLatencyRatio,
        @JsonProperty("teacher_throughput_ratio") @Nullable Double teacherThroughputRatio,
        @JsonProperty("gemm_peak_gflops") double gemmPeakGflops,
        @JsonProperty("denoiser_peak_gflops") double denoiserPeakGflops,
        @JsonProperty("denoiser_threads") int denoiserThreads,
        @JsonProperty("peak_share") double peakShare,
        @JsonProperty("peak_share_all") double peakShareAll,
        @JsonProperty("startup_seconds") double startupSeconds,
        @JsonProperty("rss_mib") long rssMib,
        List<BenchReport.Row> rows) {

    void print(PrintStream out) {
        MachineInfo.print(machine, out);
        out.println();
        line(out, "realtime_factor", "%.2f", realtimeFactor, "x; with decoding after making %.2fx".formatted(sequentialFactor));
        line(out, "first_frame_ms", "%.0f", firstFrameMs, "ms from a new prompt to the first JPEG");
        line(out, "update_visible_ms", "%.0f", updateVisibleMs,
                "ms at worst; a block of playback and one of compute are %.0f ms".formatted(updateLimitMs));
        line(out, "block_ms", "%.1f", blockMs, "ms to make a block, %.1f to decode it, %.1f for its JPEGs".formatted(decodeMs, jpegMs));
        line(out, "peak_share", "%.2f", peakShare, "of %.1f GFLOP/s (%s), the GEMM peak of the %d threads that make blocks; %.2f of the %.1f of all"
                .formatted(denoiserPeakGflops, dtype, denoiserThreads, peakShareAll, gemmPeakGflops));
        if (teacherSeconds != null && teacherFirstFrameMs != null && teacherLatencyRatio != null && teacherThroughputRatio != null) {
            line(out, "teacher_latency_ratio", "%.0f", teacherLatencyRatio,
                    "the teacher's first frame takes %.1f s".formatted(teacherFirstFrameMs / 1e3));
            line(out, "teacher_throughput_ratio", "%.1f", teacherThroughputRatio,
                    "the teacher takes %.1f s for %.1f s of video".formatted(teacherSeconds, seconds));
        }
        line(out, "rss_mib", "%.0f", rssMib, "MiB at most; start-up %.2f s".formatted(startupSeconds));
    }

    private static void line(PrintStream out, String key, String form, double value, String words) {
        out.printf(Locale.ROOT, "%-26s %10s  %s%n", key, form.formatted(value), words);
    }
}
