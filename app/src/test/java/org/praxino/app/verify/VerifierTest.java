package org.praxino.app.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** Good cases pass; wrong numbers, wrong shapes, broken folders and unknown components fail, each alone. */
@ExtendWith(LeakCheck.class)
class VerifierTest {
    private static final Path GOLDEN = Path.of("..", "golden");

    @TempDir
    Path folder;

    private static List<CaseResult> run(Path root) throws IOException {
        return new GoldenVerifier(Device.CPU).run(root, v -> {});
    }

    private Path copy(String name) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        try (var files = Files.list(GOLDEN.resolve(name))) {
            for (Path f : files.toList()) {
                Files.copy(f, target.resolve(f.getFileName()));
            }
        }
        return target;
    }

    @Test
    void everyCaseInTheRepositoryPasses() throws IOException {
        assertThat(run(GOLDEN)).hasSizeGreaterThanOrEqualTo(7).allSatisfy(v -> assertThat(v.passed()).as(v.toString()).isTrue());
    }

    @Test
    void numbersThatAreOffFail() throws IOException {
        Path c = copy("ddim-zero-snr");
        try (var weights = SafetensorsFile.open(c.resolve("weights.safetensors"))) {
            SafetensorsWriter.to(folder.resolve("other.safetensors")).write(Map.of("A", weights.read("A").mul(1.01)));
        }
        Files.move(folder.resolve("other.safetensors"), c.resolve("weights.safetensors"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(run(c)).singleElement().satisfies(v -> {
            assertThat(v.passed()).isFalse();
            assertThat(v.worst()).isEqualTo("trajectory");
            assertThat(v.error()).isBetween(1e-4, 0.1);
        });
    }

    @Test
    void shapesAndNamesMustAgree() throws IOException {
        Path c = copy("ddim-zero-snr");
        String json = Files.readString(c.resolve("case.json"));
        Files.writeString(c.resolve("case.json"), json.replace("\"steps\": 50", "\"steps\": 25"));
        assertThat(run(c)).singleElement().satisfies(v -> assertThat(v.problem()).contains("[25] instead of [50]"));
        SafetensorsWriter.to(c.resolve("outputs.safetensors")).write(Map.of("states", Tensor.arange(2)));
        assertThat(run(c)).singleElement().satisfies(v -> assertThat(v.problem()).contains("outputs are [states]"));
    }

    @Test
    void oneBadCaseDoesNotStopTheOthers() throws IOException {
        copy("prompt-cleaning");
        Path torn = copy("flow-euler");
        Files.write(torn.resolve("weights.safetensors"), new byte[] {1, 2, 3});
        Path unknown = Files.createDirectories(folder.resolve("sub/unknown"));
        Files.writeString(unknown.resolve("case.json"), "{\"name\": \"u\", \"component\": \"wan.telepathy\"}");
        Path garbage = Files.createDirectories(folder.resolve("garbage"));
        Files.writeString(garbage.resolve("case.json"), "{");
        List<CaseResult> verdicts = run(folder);
        assertThat(verdicts).hasSize(4);
        assertThat(verdicts).filteredOn(CaseResult::passed).extracting(CaseResult::component).containsExactly("text.clean");
        assertThat(verdicts).filteredOn(v -> v.component().equals("wan.telepathy")).singleElement()
                .satisfies(v -> assertThat(v.problem()).contains("unknown component 'wan.telepathy'").contains("hf.bert"));
    }

    @Test
    void textsThatDifferAreShown() throws IOException {
        Path c = copy("prompt-cleaning");
        Files.writeString(c.resolve("case.json"), Files.readString(c.resolve("case.json")).replace("A cat walks", "A dog walks"));
        assertThat(run(c)).singleElement().satisfies(v -> assertThat(v.problem()).contains("A cat walks").contains("instead of \"A dog walks"));
    }

    @Test
    void aFolderWithoutCasesIsRefused() {
        assertThatThrownBy(() -> run(folder)).isInstanceOf(UserException.class).hasMessageContaining("no golden case");
        assertThatThrownBy(() -> run(folder.resolve("nowhere"))).isInstanceOf(UserException.class).hasMessageContaining("no folder");
    }

    @Test
    void distanceRefusesWhatIsNotFinite() {
        Tensor nan = Tensor.of(new float[] {1, Float.NaN});
        assertThatThrownBy(() -> Distance.relative("x", nan, Tensor.of(new float[] {1, 2}))).hasMessageContaining("NaN at element 1");
        assertThat(Distance.relative("x", Tensor.of(new float[] {3, 4}), Tensor.of(new float[] {0, 0}))).isEqualTo(5);
    }
}
