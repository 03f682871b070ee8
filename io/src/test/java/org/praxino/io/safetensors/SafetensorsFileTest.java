package org.praxino.io.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.io.safetensors.Bytes.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class SafetensorsFileTest {

    @TempDir
    Path dir;

    @Test
    void readsAFileOfThePublishedWriter() throws Exception {
        Path file = Path.of(SafetensorsFileTest.class.getResource("published-inputs.safetensors").toURI());
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            assertThat(open.names()).containsExactly("ids", "mask");
            assertThat(open.shape("ids")).containsExactly(2, 14);
            assertThat(open.dtype("ids")).isEqualTo(DType.I64);
            assertThat(open.read("mask").toLongArray()).containsOnly(0, 1).hasSize(28);
        }
    }

    @Test
    void tensorsOutliveTheFile() throws IOException {
        Path path = Bytes.file(dir, "{" + tensor("a", "F32", "[2]", "[0,8]") + "}  ", 8);
        Tensor a;
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            a = file.read("a");
            assertThat(file.bytes("a").isReadOnly()).isTrue();
        }
        assertThat(a.toFloatArray()).containsExactly(0, 0);
    }

    @Test
    void scalarsAndEmptyTensors() throws IOException {
        String header = "{" + tensor("empty", "F32", "[3,0]", "[4,4]") + "," + tensor("scalar", "F32", "[]", "[0,4]") + ","
                + tensor("first", "I8", "[0]", "[0,0]") + "}";
        try (SafetensorsFile file = SafetensorsFile.open(Bytes.file(dir, header, 4))) {
            assertThat(file.read("empty").shape()).containsExactly(3, 0);
            assertThat(file.read("scalar").shape()).isEmpty();
            assertThat(file.read("scalar").item()).isZero();
            assertThat(file.read("first").dtype()).isEqualTo(DType.I8);
        }
        try (SafetensorsFile file = SafetensorsFile.open(Bytes.file(dir, "{}", 0))) {
            assertThat(file.names()).isEmpty();
            assertThat(file.metadata()).isEmpty();
        }
        String noMetadata = "{" + tensor("w", "F32", "[1]", "[0,4]") + ",\"__metadata__\":null}";
        try (SafetensorsFile file = SafetensorsFile.open(Bytes.file(dir, noMetadata, 4))) {
            assertThat(file.names()).containsExactly("w");
            assertThat(file.metadata()).as("null is none").isEmpty();
        }
    }

    @Test
    void knowsTypesItDoesNotComputeIn() throws IOException {
        String header = "{\"__metadata__\":{\"format\":\"pt\"}," + tensor("q", "F8_E4M3", "[4]", "[0,4]") + ","
                + tensor("w", "F32", "[1]", "[4,8]") + "}";
        try (SafetensorsFile file = SafetensorsFile.open(Bytes.file(dir, header, 8))) {
            assertThat(file.read("w").dtype()).isEqualTo(DType.F32);
            assertThat(file.metadata()).containsEntry("format", "pt");
            assertThatThrownBy(() -> file.read("q"))
                    .isInstanceOf(UserException.class)
                    .hasMessage("Tensor \"q\" in " + file.path()
                            + " is stored as F8_E4M3, which Praxino does not compute in: take it in BF16 or F32 instead.");
            assertThatThrownBy(() -> file.read("nothing")).hasMessageContaining("There is no tensor \"nothing\"");
        }
    }

    @Test
    void refusesBooleansThatAreNone() throws IOException {
        Path path = Bytes.file(dir, "{" + tensor("b", "BOOL", "[2]", "[0,2]") + "}", 2);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2}), channel.size() - 2);
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThatThrownBy(() -> file.read("b")).isInstanceOf(UserException.class).hasMessageContaining("has the byte 2");
        }
    }

    /** The file is sparse: it takes a few kilobytes of disk. */
    @Test
    void filesAboveFourGibibytes() throws IOException {
        long big = 5L << 30;
        String header = "{" + tensor("big", "U8", "[5,1073741824]", "[0," + big + "]") + ","
                + tensor("last", "F32", "[2]", "[" + big + "," + (big + 8) + "]") + "}";
        Path path = Bytes.file(dir, header, 0);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer last = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1.5f).putFloat(-2).flip();
            channel.write(last, channel.size() + big);
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.bytes("big").byteSize()).isEqualTo(big);
            assertThat(file.bytes("big").get(java.lang.foreign.ValueLayout.JAVA_BYTE, big - 1)).isZero();
            assertThat(file.read("last").toFloatArray()).containsExactly(1.5f, -2);
        }
    }
}
