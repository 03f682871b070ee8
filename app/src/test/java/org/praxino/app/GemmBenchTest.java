package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.tensor.LeakCheck;
import tools.jackson.databind.JsonNode;

/** The benchmark runs and reports under the names that its readers know; how fast it is, is nobody's assertion. */
@ExtendWith(LeakCheck.class)
class GemmBenchTest {
    @TempDir
    Path folder;

    @Test
    void reportsUnderTheAgreedKeys() throws Exception {
        var told = new Told();
        Path json = folder.resolve("gemm.json");
        var context = new Context("cpu", null, Context.Precision.FP32, told.console(), told.stop);
        assertThat(GemmBench.run(new BenchOptions("emoji-128", json, 1), context)).isZero();
        JsonNode report = Json.read(json, JsonNode.class);
        for (String key : new String[] {"gemm_peak_gflops", "peak_share", "seconds", "startup_seconds", "rss_mib"}) {
            assertThat(report.path(key).doubleValue()).as(key).isPositive();
        }
        assertThat(report.path("dtype").stringValue()).isEqualTo("f32");
        assertThat(report.path("machine").has("processor")).isTrue();
        assertThat(report.path("rows")).hasSizeGreaterThan(2);
        assertThat(told.out()).contains("GEMM peak").contains("attention");
    }
}
