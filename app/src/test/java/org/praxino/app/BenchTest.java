package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.tensor.LeakCheck;
import tools.jackson.databind.JsonNode;

/** Every benchmark runs and reports under the names that its readers know; how fast it is, is nobody's assertion. */
@ExtendWith(LeakCheck.class)
class BenchTest {
    @TempDir
    Path folder;

    private final Told told = new Told();

    @Test
    void measuresProducts() throws Exception {
        JsonNode report = report("gemm", "emoji-128");
        assertThat(report.path("rows")).hasSizeGreaterThan(2);
        assertThat(told.out()).contains("GEMM peak").contains("attention");
    }

    @Test
    void measuresAWholeGenerationAndAnUpdate() throws Exception {
        String model = TinyModel.save(folder.resolve("tiny")).toString();
        JsonNode report = report("generate", model);
        assertThat(report.path("rows").get(0).path("share").doubleValue()).isPositive();
        assertThat(told.out()).contains("denoising").contains("decoding");
        assertThat(report("train", model).path("seconds").doubleValue()).isPositive();
    }

    private JsonNode report(String bench, String model) {
        Path json = folder.resolve(bench + ".json");
        int code = Cli.of(Actions.standard(), told.console(), told.stop)
                .run("bench", bench, "--dtype", "fp32", "-m", model, "--repeats", "1", "--json", json.toString());
        assertThat(code).as(told.err()).isZero();
        JsonNode report = Json.read(json, JsonNode.class);
        for (String key : new String[] {"gemm_peak_gflops", "peak_share", "seconds", "startup_seconds", "rss_mib"}) {
            assertThat(report.path(key).doubleValue()).as(key).isPositive();
        }
        assertThat(report.path("dtype").stringValue()).isEqualTo("f32");
        assertThat(report.path("machine").has("processor")).isTrue();
        return report;
    }
}
