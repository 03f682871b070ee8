package org.praxino.io.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Init;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;

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

    /** Counts what is looked at, and lets nothing be read into memory of its own. */
    private record Counted(WeightSource file, Map<String, Long> bytes) implements WeightSource {
        @Override
        public Set<String> names() {
            return file.names();
        }

        @Override
        public long[] shape(String name) {
            return file.shape(name);
        }

        @Override
        public DType dtype(String name) {
            return file.dtype(name);
        }

        @Override
        public Tensor read(String name) {
            throw new AssertionError(name + " is copied out of the mapped file, and then again");
        }

        @Override
        public Tensor view(String name) {
            Tensor seen = file.view(name);
            bytes.merge(name, seen.numel() * seen.dtype().bytes(), Long::sum);
            return seen;
        }
    }

    /** Memory of this process that is no mapped file, in bytes; -1 where the system does not report it. */
    private static long anonymous() throws IOException {
        Path status = Path.of("/proc/self/status");
        return !Files.exists(status) ? -1 : Files.readAllLines(status).stream().filter(l -> l.startsWith("RssAnon:"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) << 10).findFirst().orElse(-1);
    }

    @Test
    void weightsAreMovedOnceFromWhereTheyAreMapped() throws IOException {
        int half = 16 << 20;
        try (Tensor a = Tensor.ones(DType.F32, Device.CPU, half).own();
                Tensor b = Tensor.ones(DType.BF16, Device.CPU, half).own()) {
            SafetensorsWriter.to(dir.resolve("large.safetensors")).write(Map.of("a", a, "b", b));
        }
        var bytes = new HashMap<String, Long>();
        long before = anonymous();
        Params params;
        try (var file = WeightFiles.open(dir.resolve("large.safetensors"))) {
            params = Params.load(new Counted(file, bytes), Device.CPU, DType.F32, "large");
            params.get("a", Init.zeros(), half);
            params.get("b", Init.zeros(), half);
            params.finish();
        }
        try (params) {
            assertThat(bytes).containsOnly(Map.entry("a", 4L * half), Map.entry("b", 2L * half));
            long held = anonymous() - before;
            assertThat(before < 0 || held < 8L * half * 5 / 4).as("%d MiB held for %d MiB of weights", held >> 20, 8L * half >> 20).isTrue();
            for (Tensor weight : params.tensors()) { // outlive the file
                assertThat(weight.dtype()).isEqualTo(DType.F32);
                assertThat(weight.sum().item()).isEqualTo(half);
            }
        }
    }
}
