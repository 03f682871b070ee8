package org.praxino.io.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.UserException;

class TensorBoardWriterTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000, 500_000_000));

    @TempDir
    Path dir;

    /** One white pixel, so that the bytes do not depend on the encoder of the Java version. */
    private static final byte[] PIXEL = HexFormat.of()
            .parseHex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
                    + "78da63f8ffff3f0005fe02fe331295140000000049454e44ae426082");

    private Path write() throws IOException {
        try (TensorBoardWriter writer = TensorBoardWriter.open(dir, 300, CLOCK, "host", 42)) {
            writer.scalar("loss/total", 0.25, 300);
            writer.scalars(Map.of("speed/samples", 1e3, "loss/total", Double.NaN), 70_000_000_000L);
            writer.image("sheets/samples", PIXEL, 300);
            writer.text("config", "**größe** = 128", 300);
        }
        try (var files = Files.list(dir)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }

    /** The golden file was opened by TensorBoard 2.21: all tags, steps, values, the picture and the text were found. */
    @Test
    void writesTheBytesThatRealTensorBoardReads() throws Exception {
        Path file = write();
        assertThat(file.getFileName()).hasToString("events.out.tfevents.1700000000.host.42.0");
        Path golden = Path.of(TensorBoardWriterTest.class.getResource("golden.tfevents").toURI());
        assertThat(file).hasSameBinaryContentAs(golden);
    }

    @Test
    void framesRecordsWithMaskedChecksums() {
        // RFC 3720, appendix B.4: the CRC-32C of 32 zero bytes is 8a9136aa
        int crc = 0x8a9136aa;
        assertThat(RecordFile.maskedCrc(new byte[32], 32)).isEqualTo((crc >>> 15 | crc << 17) + 0xa282ead8);
        ByteBuffer framed = RecordFile.frame("abc".getBytes(StandardCharsets.US_ASCII)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(framed.remaining()).isEqualTo(8 + 4 + 3 + 4);
        assertThat(framed.getLong(0)).isEqualTo(3);
        assertThat(framed.getInt(8)).isEqualTo(RecordFile.maskedCrc(new byte[] {3, 0, 0, 0, 0, 0, 0, 0}, 8));
    }

    @Test
    void twoFilesOfOneSecondHaveTwoNames() {
        try (TensorBoardWriter one = TensorBoardWriter.open(dir, 0, CLOCK, "host", 42);
                TensorBoardWriter two = TensorBoardWriter.open(dir, 0, CLOCK, "host", 42)) {
            one.scalar("a", 1, 1);
            two.scalar("a", 2, 2);
        }
        assertThat(dir).isDirectoryContaining(p -> p.toString().endsWith(".42.1"));
    }

    @Test
    void takesPicturesOfAnyKindAndNothingElse() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(5, 3, BufferedImage.TYPE_INT_ARGB), "png", png);
        try (TensorBoardWriter writer = TensorBoardWriter.open(dir.resolve("new"), 0)) {
            writer.image("a", png.toByteArray(), 1);
            assertThatThrownBy(() -> writer.image("a", new byte[50], 1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not a PNG");
        }
        Path file = Files.writeString(dir.resolve("file"), "");
        assertThatThrownBy(() -> TensorBoardWriter.open(file, 0)).isInstanceOf(UserException.class).hasMessageStartingWith("Cannot write");
    }
}
