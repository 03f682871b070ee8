package org.praxino.io.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;

@ExtendWith(LeakCheck.class)
class SafetensorsWriterTest {

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void readsBackWhatItWrote(long seed) throws IOException {
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            DType dtype = DType.values()[random.nextInt(DType.values().length)];
            tensors.put(name(random), tensor(random, dtype));
        }
        Map<String, String> metadata = Map.of("a \"quoted\" key\n", "värde \u0000 \ud83d\udc09", "format", "pt");
        Path path = dir.resolve("deep/er/w.safetensors");
        SafetensorsWriter.to(path).metadata(metadata).write(tensors);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.metadata()).isEqualTo(metadata);
            assertThat(file.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
            tensors.forEach((name, tensor) -> {
                assertThat(file.dtype(name)).isEqualTo(tensor.dtype());
                assertThat(file.shape(name)).isEqualTo(tensor.shape());
                assertThat(file.read(name).toByteArray()).isEqualTo(tensor.toByteArray());
            });
        }
        byte[] bytes = Files.readAllBytes(path);
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isZero();

        List<String> shuffled = new ArrayList<>(tensors.keySet());
        Collections.shuffle(shuffled, random);
        Map<String, Tensor> other = new LinkedHashMap<>();
        shuffled.forEach(name -> other.put(name, tensors.get(name)));
        Path again = dir.resolve("again.safetensors");
        SafetensorsWriter.to(again).metadata(metadata).write(other);
        assertThat(again).hasSameBinaryContentAs(path);
    }

    private static String name(Random random) {
        String[] parts = {"encoder", "layer", "0", "weight", "é", "\"", "\\", " ", "ключ", "\n"};
        StringBuilder name = new StringBuilder("t" + random.nextInt(1000));
        for (int i = random.nextInt(4); i > 0; i--) {
            name.append('.').append(parts[random.nextInt(parts.length)]);
        }
        return name.toString();
    }

    private static Tensor tensor(Random random, DType dtype) {
        long[] shape = random.ints(random.nextInt(4), 0, 5).asLongStream().toArray();
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        byte[] bytes = new byte[count * dtype.bytes()];
        random.nextBytes(bytes);
        if (dtype == DType.BOOL) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= 1;
            }
        }
        Tensor flat = Tensor.ofBytes(dtype, bytes, 0, bytes.length, count);
        return flat.reshape(shape);
    }

    @Test
    void everyTensorIsAligned() {
        Path path = dir.resolve("w.safetensors");
        SafetensorsWriter.to(path)
                .write(Map.of(
                        "a", Tensor.of(new byte[] {1, 2, 3}),
                        "b", Tensor.of(new float[] {1, 2, 3}),
                        "c", Tensor.of(new long[] {1})));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.names()).containsExactly("c", "b", "a");
            assertThat(file.bytes("c").address() % 8).isZero();
            assertThat(file.bytes("b").address() % 4).isZero();
        }
    }

    @Test
    void castsFloatingTensorsOnly() {
        Path path = dir.resolve("w.safetensors");
        Tensor ints = Tensor.of(new long[] {7});
        SafetensorsWriter.to(path).cast(DType.BF16).write(Map.of("w", Tensor.of(new float[] {1.00001f, -3}), "n", ints));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.dtype("w")).isEqualTo(DType.BF16);
            assertThat(file.dtype("n")).isEqualTo(DType.I64);
            assertThat(file.read("w").toFloatArray()).containsExactly(1, -3);
            SafetensorsWriter.to(dir.resolve("f32.safetensors")).cast(DType.F32).write(file);
        }
        try (SafetensorsFile file = SafetensorsFile.open(dir.resolve("f32.safetensors"))) {
            assertThat(file.read("w").toFloatArray()).containsExactly(1, -3);
        }
        assertThatThrownBy(() -> SafetensorsWriter.to(path).cast(DType.I64)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A source that makes each tensor when asked; none may be alive when the next is made. */
    @Test
    void streams() {
        long[] alive = new long[8];
        WeightSource source = new WeightSource() {
            int next;

            @Override
            public Set<String> names() {
                return Set.of("0", "1", "2", "3", "4", "5", "6", "7");
            }

            @Override
            public long[] shape(String name) {
                return new long[] {1000};
            }

            @Override
            public DType dtype(String name) {
                return DType.F32;
            }

            @Override
            public Tensor read(String name) {
                alive[next++] = Scope.liveNativeObjects();
                return Tensor.of(new float[1000]);
            }
        };
        SafetensorsWriter.to(dir.resolve("w.safetensors")).cast(DType.BF16).write(source);
        assertThat(alive).containsOnly(alive[0]);
    }

    @Test
    void aFailureInTheMiddleLeavesTheOldFile() throws IOException {
        Path path = dir.resolve("w.safetensors");
        SafetensorsWriter.to(path).write(Map.of("old", Tensor.of(new float[] {1})));
        byte[] before = Files.readAllBytes(path);
        Map<String, Tensor> tensors = Map.of("a", Tensor.of(new float[] {1}), "b", Tensor.of(new float[] {2}));
        WeightSource failing = new WeightSource() {
            @Override
            public Set<String> names() {
                return tensors.keySet();
            }

            @Override
            public long[] shape(String name) {
                return tensors.get(name).shape();
            }

            @Override
            public DType dtype(String name) {
                return DType.F32;
            }

            @Override
            public Tensor read(String name) {
                if (name.equals("b")) {
                    throw new UserException("The source broke.");
                }
                return tensors.get(name);
            }
        };
        assertThatThrownBy(() -> SafetensorsWriter.to(path).write(failing)).hasMessage("The source broke.");
        assertThat(path).hasBinaryContent(before);
        assertThat(dir).isDirectoryNotContaining(p -> !p.equals(path));
    }
}
