package org.praxino.io.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.WeightFile;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;

@ExtendWith(LeakCheck.class)
class MiniLmWeightsTest {

    @TempDir
    Path dir;

    @AfterEach
    void forget() {
        System.clearProperty("praxino.cache");
    }

    /** Names and shapes of Hugging Face's BertModel without pooler. */
    private static Map<String, long[]> expected() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("embeddings.word_embeddings.weight", new long[] {30522, 384});
        shapes.put("embeddings.position_embeddings.weight", new long[] {512, 384});
        shapes.put("embeddings.token_type_embeddings.weight", new long[] {2, 384});
        norm(shapes, "embeddings.LayerNorm");
        for (int i = 0; i < 6; i++) {
            String layer = "encoder.layer." + i + ".";
            for (String part : List.of("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")) {
                linear(shapes, layer + part, 384, 384);
            }
            norm(shapes, layer + "attention.output.LayerNorm");
            linear(shapes, layer + "intermediate.dense", 1536, 384);
            linear(shapes, layer + "output.dense", 384, 1536);
            norm(shapes, layer + "output.LayerNorm");
        }
        return shapes;
    }

    private static void linear(Map<String, long[]> shapes, String name, long out, long in) {
        shapes.put(name + ".weight", new long[] {out, in});
        shapes.put(name + ".bias", new long[] {out});
    }

    private static void norm(Map<String, long[]> shapes, String name) {
        shapes.put(name + ".weight", new long[] {384});
        shapes.put(name + ".bias", new long[] {384});
    }

    @Test
    void hasTheWeightsOfBertUnderTheirPublishedNames() {
        System.setProperty("praxino.cache", dir.toString());
        long[] sizes = new long[2];
        for (int time = 0; time < 2; time++) { // first out of the jar, then out of the cache
            try (WeightFile weights = MiniLmWeights.weights()) {
                assertThat(weights).isInstanceOf(SafetensorsFile.class);
                assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(expected().keySet());
                for (var entry : expected().entrySet()) {
                    assertThat(weights.shape(entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
                    assertThat(weights.dtype(entry.getKey())).isEqualTo(DType.F32);
                    sizes[time] += Arrays.stream(entry.getValue()).reduce(1, (a, b) -> a * b);
                }
                assertThat(weights.read("embeddings.LayerNorm.weight").isFinite().to(DType.I64).sum().item()).isEqualTo(384);
            }
        }
        assertThat(sizes).containsOnly(22_565_376);
    }

    @Test
    void isReadOutOfTheJarWhereTheCacheCannotBeWritten() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "not a folder");
        System.setProperty("praxino.cache", file.toString());
        try (WeightFile weights = MiniLmWeights.weights()) {
            assertThat(weights).isNotInstanceOf(SafetensorsFile.class);
            assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(expected().keySet());
        }
    }
}
