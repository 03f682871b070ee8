package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.server.TinyModel;
import org.praxino.tensor.LeakCheck;
import tools.jackson.databind.JsonNode;

/** Every benchmark runs and reports under the names that its readers know; how fast it is, is nobody's assertion. */
@ExtendWith(LeakCheck.class)
class BenchTest {
    @TempDir
    Path folder;

    private final CapturedConsole captured = new CapturedConsole();

    @Test
    void measuresProducts() throws Exception {
        JsonNode report = report("gemm");
        assertThat(report.path("rows")).hasSizeGreaterThan(2);
        assertThat(captured.out()).contains("GEMM peak").contains("attention");
    }

    @Test
    void measuresAWholeGenerationAndAnUpdate() throws Exception {
        String model = TinyModel.save(folder.resolve("tiny")).toString();
        JsonNode report = report("generate", "-m", model);
        assertThat(report.path("rows").get(0).path("share").doubleValue()).isPositive();
        assertThat(captured.out()).contains("denoising").contains("decoding");
        assertThat(report("train", "-m", model).path("seconds").doubleValue()).isPositive();
    }

    @Test
    void measuresAStreamAndItsTeacher() {
        String model = TinyModel.save(folder.resolve("tiny"), true).toString();
        Path json = folder.resolve("stream.json");
        assertThat(run("bench", "stream", "-m", model, "--repeats", "2", "--seconds", "2", "--json", json.toString())).as(captured.err()).isZero();
        JsonNode report = Json.read(json, JsonNode.class);
        for (String key : new String[] {"realtime_factor", "realtime_factor_sequential", "first_frame_ms", "update_visible_ms", "update_limit_ms",
            "block_ms", "decode_ms", "jpeg_ms", "teacher_first_frame_ms", "teacher_latency_ratio", "teacher_throughput_ratio",
                    "peak_share", "peak_share_all", "denoiser_peak_gflops", "rss_mib"}) {
            assertThat(report.path(key).doubleValue()).as(key).isPositive();
        }
        assertThat(captured.out()).contains("realtime_factor").contains("teacher_latency_ratio").contains("processor");
    }

    @Test
    void saysWhereTheTimeOfABlockGoes() {
        String model = TinyModel.save(folder.resolve("tiny"), true).toString();
        Path json = folder.resolve("profile.json");
        assertThat(run("bench", "stream", "-m", model, "--seconds", "10", "--profile", "--json", json.toString())).as(captured.err()).isZero();
        JsonNode report = Json.read(json, JsonNode.class);
        assertThat(report.path("make_cpu_ms").doubleValue()).isPositive();
        assertThat(report.path("decode_cpu_ms").doubleValue()).isPositive();
        double sum = 0;
        for (JsonNode row : report.path("rows")) {
            sum += row.path("share").doubleValue();
        }
        assertThat(sum).isCloseTo(1, org.assertj.core.api.Assertions.within(0.01));
        assertThat(captured.out()).contains("processor time of a block").contains("WaltTransformer.Layer.").contains("decode  ");
    }

    @Test
    void measuresJobsFromOutside() {
        String model = TinyModel.save(folder.resolve("tiny"), true).toString();
        Path json = folder.resolve("jobs.json");
        assertThat(run("bench", "jobs", "-m", model, "--jobs", "1", "--frames", "5", "--polls", "20", "--kills", "1", "--json",
                json.toString())).as(captured.err()).isZero();
        JsonNode report = Json.read(json, JsonNode.class);
        for (String key : new String[] {"ready_seconds", "job_seconds", "job_seconds_polled", "poll_p50_ms", "poll_p99_ms", "restart_seconds"}) {
            assertThat(report.path(key).doubleValue()).as(key).isPositive();
        }
        assertThat(report.path("accepted").intValue()).isEqualTo(5);
        assertThat(report.path("lost").intValue()).isZero();
        assertThat(captured.out()).contains("poll_cost").contains("0 of 5 accepted jobs");
    }

    /** A kill in each of the first two phases, the other faults once; {@code --rounds} has more of them. */
    @Test
    void countsWhatFaultsLose() {
        String model = TinyModel.save(folder.resolve("tiny"), true).toString();
        Path json = folder.resolve("faults.json");
        assertThat(run("bench", "faults", "-m", model, "--rounds", "2", "--minutes", "0.05", "--json", json.toString())).as(captured.out() + captured.err()).isZero();
        JsonNode report = Json.read(json, JsonNode.class);
        for (String key : new String[] {"lost", "doubled", "orphans"}) {
            assertThat(report.path(key).intValue()).as(key).isZero();
        }
        assertThat(report.path("accepted").intValue()).isGreaterThan(10);
        assertThat(report.path("ready_seconds").doubleValue()).isPositive();
        assertThat(report.path("kills").path("while_submitting").intValue()).isEqualTo(1);
        assertThat(report.path("memory").path("resident_mib")).isNotEmpty();
        assertThat(report.path("memory").path("heap_mib").get(0).doubleValue()).isPositive();
        assertThat(captured.out()).contains("lost             0");
        assertThat(run("bench", "faults", "--rounds", "0")).isEqualTo(2);
        assertThat(captured.err()).contains("--rounds 0 is not possible");
    }

    @Test
    void measuresWhatGrows() {
        String model = TinyModel.save(folder.resolve("tiny"), true).toString();
        Path json = folder.resolve("soak.json");
        assertThat(run("bench", "soak", "-m", model, "--blocks", "60", "--json", json.toString())).as(captured.err()).isZero();
        JsonNode report = Json.read(json, JsonNode.class);
        assertThat(report.path("rss_growth").isNumber()).isTrue();
        assertThat(report.path("block_time_growth").isNumber()).isTrue();
        assertThat(report.path("fresh_block_ms").doubleValue()).isPositive();
        assertThat(report.path("block_time_over_fresh").isNumber()).isTrue();
        assertThat(report.path("rss_start_mib").doubleValue()).isPositive();
        assertThat(captured.out()).contains("60 blocks").contains("rss_growth");
        assertThat(run("bench", "soak", "--blocks", "3")).isEqualTo(2);
    }

    private int run(String... args) {
        var all = new java.util.ArrayList<>(java.util.List.of(args));
        all.addAll(java.util.List.of("--dtype", "fp32"));
        return Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(all.toArray(String[]::new));
    }

    private JsonNode report(String bench, String... model) {
        Path json = folder.resolve(bench + ".json");
        var words = new java.util.ArrayList<>(java.util.List.of("bench", bench, "--dtype", "fp32", "--repeats", "1", "--json", json.toString()));
        words.addAll(java.util.List.of(model));
        int code = Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(words.toArray(String[]::new));
        assertThat(code).as(captured.err()).isZero();
        JsonNode report = Json.read(json, JsonNode.class);
        for (String key : new String[] {"gemm_peak_gflops", "peak_share", "seconds", "startup_seconds", "rss_mib"}) {
            assertThat(report.path(key).doubleValue()).as(key).isPositive();
        }
        assertThat(report.path("dtype").stringValue()).isEqualTo("f32");
        assertThat(report.path("machine").has("processor")).isTrue();
        return report;
    }
}
