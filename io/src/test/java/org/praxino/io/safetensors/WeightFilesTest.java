package org.praxino.io.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class WeightFilesTest {

    @TempDir
    Path dir;

    @BeforeEach
    void shards() {
        SafetensorsWriter.to(dir.resolve("model-00001-of-00002.safetensors")).write(Map.of("a", Tensor.of(new float[] {1})));
        SafetensorsWriter.to(dir.resolve("model-00002-of-00002.safetensors")).write(Map.of("b", Tensor.of(new long[] {2, 3})));
    }

    private Path index(String... pairs) throws IOException {
        StringBuilder map = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            map.append(i > 0 ? "," : "").append("\"%s\":\"%s\"".formatted(pairs[i], pairs[i + 1]));
        }
        String text = "{\"metadata\":{\"total_size\":20},\"weight_map\":{" + map + "}}";
        return Files.writeString(dir.resolve("model.safetensors.index.json"), text);
    }

    @Test
    void readsShardsThroughTheirIndex() throws IOException {
        Path index = index("a", "model-00001-of-00002.safetensors", "b", "model-00002-of-00002.safetensors");
        for (Path path : new Path[] {index, dir}) {
            try (WeightFiles weights = WeightFiles.open(path)) {
                assertThat(weights.names()).containsExactly("a", "b");
                assertThat(weights.dtype("b")).isEqualTo(DType.I64);
                assertThat(weights.shape("b")).containsExactly(2);
                assertThat(weights.read("a").item()).isEqualTo(1);
                assertThatThrownBy(() -> weights.read("c")).isInstanceOf(UserException.class).hasMessageContaining("no tensor \"c\"");
            }
        }
    }

    @Test
    void readsASingleFileByFolderOrName() {
        Path file = dir.resolve("sub/diffusion_pytorch_model.safetensors");
        SafetensorsWriter.to(file).write(Map.of("w", Tensor.of(new float[] {5})));
        for (Path path : new Path[] {file, file.getParent()}) {
            try (WeightFiles weights = WeightFiles.open(path)) {
                assertThat(weights.read("w").item()).isEqualTo(5);
            }
        }
    }

    @Test
    void refusesBrokenIndexes() throws IOException {
        String shard = "model-00001-of-00002.safetensors";
        assertThatThrownBy(() -> WeightFiles.open(index("a", shard, "x", shard, "y", shard)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("promises tensors that are not in their files: x (" + shard + "), y (" + shard + ").");
        assertThatThrownBy(() -> WeightFiles.open(index("a", "../secret.safetensors")))
                .hasMessageContaining("\"../secret.safetensors\" is not the name of a file beside it.");
        assertThatThrownBy(() -> WeightFiles.open(index("a", shard, "b", "gone.safetensors", "c", "lost.safetensors")))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("Of the 3 files that ")
                .hasMessageEndingWith("these are missing: gone.safetensors, lost.safetensors; get them from where the index came from.");
        assertThatThrownBy(() -> WeightFiles.open(index())).hasMessageContaining("\"weight_map\" must be an object");
        assertThatThrownBy(() -> WeightFiles.open(Files.createDirectory(dir.resolve("empty"))))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("There are no weights in " + dir.resolve("empty"));
    }
}
