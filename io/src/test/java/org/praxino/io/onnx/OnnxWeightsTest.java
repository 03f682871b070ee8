package org.praxino.io.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class OnnxWeightsTest {

    @TempDir
    Path dir;

    /** y = x W + b with W [2, 3] anonymous, as the PyTorch exporter writes a linear layer; and an embedding of packed floats. */
    private static byte[] model() {
        byte[] matrix = tensor("onnx::MatMul_7", 1, new long[] {2, 3}, 9, floats(1, 2, 3, 4, 5, 6));
        byte[] bias = tensor("layer.0.dense.bias", 1, new long[] {3}, 9, floats(7, 8, 9));
        byte[] embedding = tensor("embedding.weight", 1, new long[] {2, 1}, 4, floats(-1, -2));
        byte[] ids = tensor("ids", 7, new long[] {1}, 9, new byte[] {5, 0, 0, 0, 0, 0, 0, 0});
        byte[] multiply = node("MatMul", "/layer.0/dense/MatMul_output_0", "x", "onnx::MatMul_7");
        byte[] add = node("Add", "y", "layer.0.dense.bias", "/layer.0/dense/MatMul_output_0");
        byte[] graph = join(field(1, multiply), field(1, add), field(5, matrix), field(5, bias), field(5, embedding), field(5, ids));
        return join(varintField(1, 8), field(2, "pytorch".getBytes(StandardCharsets.UTF_8)), field(7, graph));
    }

    @Test
    void namesAndTurnsTheMatricesOfLinearLayers() throws IOException {
        try (OnnxWeights weights = OnnxWeights.open(Files.write(dir.resolve("m.onnx"), model()))) {
            assertThat(weights.names()).containsExactly("layer.0.dense.weight", "layer.0.dense.bias", "embedding.weight", "ids");
            assertThat(weights.shape("layer.0.dense.weight")).containsExactly(3, 2);
            assertThat(weights.read("layer.0.dense.weight").shape()).containsExactly(3, 2);
            assertThat(weights.read("layer.0.dense.weight").toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
            assertThat(weights.read("layer.0.dense.bias").toFloatArray()).containsExactly(7, 8, 9);
            assertThat(weights.read("embedding.weight").shape()).containsExactly(2, 1);
            assertThat(weights.dtype("ids")).isEqualTo(DType.I64);
            assertThat(weights.read("ids").item()).isEqualTo(5);
            assertThatThrownBy(() -> weights.read("pooler")).isInstanceOf(UserException.class).hasMessageContaining("no tensor \"pooler\"");
        }
    }

    @Test
    void refusesWhatIsDamaged() throws IOException {
        byte[] good = model();
        Path file = dir.resolve("m.onnx");
        Random random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            byte[] bad = random.nextBoolean() ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            if (bad.length > 0) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try (OnnxWeights weights = OnnxWeights.open(Files.write(file, bad))) {
                weights.names().forEach(name -> assertThat(weights.read(name).numel()).isLessThan(100));
            } catch (UserException e) {
                assertThat(e).message().startsWith("Cannot read " + file + ": it is not an ONNX file").endsWith(".");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(200);
        assertThatThrownBy(() -> OnnxWeights.open(dir.resolve("none"))).hasMessageEndingWith("there is no such file.");
    }

    private static byte[] tensor(String name, int type, long[] dims, int dataField, byte[] data) {
        byte[] all = new byte[0];
        for (long dim : dims) {
            all = join(all, varintField(1, dim));
        }
        return join(all, varintField(2, type), field(8, name.getBytes(StandardCharsets.UTF_8)), field(dataField, data));
    }

    private static byte[] node(String operation, String output, String... inputs) {
        byte[] all = new byte[0];
        for (String input : inputs) {
            all = join(all, field(1, input.getBytes(StandardCharsets.UTF_8)));
        }
        return join(all, field(2, output.getBytes(StandardCharsets.UTF_8)), field(4, operation.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static byte[] field(int number, byte[] bytes) {
        return join(varint(number << 3 | 2), varint(bytes.length), bytes);
    }

    private static byte[] varintField(int number, long value) {
        return join(varint(number << 3), varint(value));
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while ((value & ~0x7fL) != 0) {
            out.write((int) (value & 0x7f | 0x80));
            value >>>= 7;
        }
        out.write((int) value);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
