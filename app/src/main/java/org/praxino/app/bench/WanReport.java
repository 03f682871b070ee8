package org.praxino.app.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results of {@code bench wan}. Times of steps and cache writes are extrapolated to all layers.
 *
 * @param weights whose
 * @param frameTokens of a latent frame
 * @param blockTokens of a block of 3 latent frames
 * @param layers of the network
 * @param layersMeasured of them built
 * @param blockTeraflops of one pass over a block, for the first, second, ... block of a stream
 * @param stepFirst seconds of a denoising step of the first block
 * @param stepFull seconds of one with a full cache
 * @param cacheWrite seconds of the pass that caches a clean block
 * @param text seconds for a prompt, null when not measured
 * @param decode seconds for a block, null when not measured
 * @param fps frames a second without decoding, with a full cache
 * @param fpsDecoded frames a second with decoding after making, or null
 * @param firstFrame seconds from a new prompt to the first frame: text, first block, decoding of one latent frame; or null
 * @param together blocks made and decoded in a row, or null
 * @param peakShare speed of a step with a full cache as a share of the yardstick
 * @param deviceMib memory that the GPU lost meanwhile, null on a CPU
 */
record WanReport(
        String bench,
        String version,
        Map<String, String> machine,
        String dtype,
        String weights,
        String recipe,
        String size,
        @JsonProperty("frame_tokens") int frameTokens,
        @JsonProperty("block_tokens") int blockTokens,
        int layers,
        @JsonProperty("layers_measured") int layersMeasured,
        int steps,
        @JsonProperty("block_teraflops") List<Double> blockTeraflops,
        @JsonProperty("step_first_seconds") double stepFirst,
        @JsonProperty("step_full_seconds") double stepFull,
        @JsonProperty("cache_write_seconds") double cacheWrite,
        @JsonProperty("text_seconds") @Nullable Double text,
        @JsonProperty("decode_seconds") @Nullable Double decode,
        double fps,
        @JsonProperty("fps_decoded") @Nullable Double fpsDecoded,
        @JsonProperty("first_frame_seconds") @Nullable Double firstFrame,
        @JsonProperty("in_a_row") @Nullable Row together,
        @JsonProperty("gemm_peak_gflops") double gemmPeakGflops,
        @JsonProperty("peak_share") double peakShare,
        @JsonProperty("rss_mib") long rssMib,
        @JsonProperty("device_mib") @Nullable Long deviceMib,
        List<BenchReport.Row> rows) {

    /** Blocks in a row, decoding included. @param firstFrame seconds without text */
    record Row(int blocks, int frames, double seconds, double fps, @JsonProperty("first_frame_seconds") double firstFrame) {}

    WanReport {
        blockTeraflops = List.copyOf(blockTeraflops);
        rows = List.copyOf(rows);
    }

    void print(PrintStream out) {
        int wide = machine.keySet().stream().mapToInt(String::length).max().orElse(0);
        machine.forEach((k, v) -> out.println(k + " ".repeat(wide - k.length() + 2) + v));
        out.println();
        out.printf(Locale.ROOT, "%-26s %-44s %12s %10s %7s%n", "part", "shape", "ms", "GFLOP/s", "peak");
        for (BenchReport.Row r : rows) {
            out.printf(Locale.ROOT, "%-26s %-44s %12.3f %10.1f %6.0f%%%n", r.name(), r.shape(), r.seconds() * 1e3, r.gflops(), 100 * r.share());
        }
        out.println();
        line(out, "%s at %s, %s: %d tokens a latent frame, %d a block, %d of %d layers measured", weights, size, recipe, frameTokens, blockTokens,
                layersMeasured, layers);
        line(out, "TFLOP of a pass over the first, second, ... block: %s", blockTeraflops);
        line(out, "a step %.3f s with a full cache (%.3f s without), a cache write %.3f s%s%s", stepFull, stepFirst, cacheWrite,
                decode == null ? "" : String.format(Locale.ROOT, ", decoding a block %.3f s", decode),
                text == null ? "" : String.format(Locale.ROOT, ", text %.3f s", text));
        line(out, "%.2f frames/s without decoding%s", fps,
                decode == null ? "" : String.format(Locale.ROOT, ", %.2f with decoding after it, first frame %.2f s", fpsDecoded, firstFrame));
        if (together != null) {
            line(out, "%d blocks in a row: %.2f frames/s, first frame %.2f s without text", together.blocks, together.fps, together.firstFrame);
        }
        line(out, "GEMM peak %.1f GFLOP/s (%s), share %.0f%%; peak memory %d MiB%s", gemmPeakGflops, dtype, 100 * peakShare, rssMib,
                deviceMib == null ? "" : ", on the GPU " + deviceMib + " MiB");
    }

    private static void line(PrintStream out, String form, Object... values) {
        out.printf(Locale.ROOT, form + "%n", values);
    }
}
