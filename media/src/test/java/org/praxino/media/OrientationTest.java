package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures and films that are stored turned or mirrored come out upright, in every format that can say so. */
class OrientationTest {
    /** a, b, c, d of the display matrix for EXIF's orientations 1 to 8. */
    private static final int[][] MATRICES = {
        {1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1}, {0, 1, 1, 0}, {0, 1, -1, 0}, {0, -1, -1, 0}, {0, -1, 1, 0}};

    @TempDir
    Path folder;

    private void upright(String name, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        VideoInfo info = VideoProbe.probe(file);
        Frame frame = VideoReader.readAll(file, ReadOptions.DEFAULT).getFirst();
        assertThat(Corners.read(frame)).as(name).isEqualTo(Corners.UPRIGHT);
        assertThat(frame.size()).as(name).isEqualTo("96x64").isEqualTo(info.width() + "x" + info.height());
    }

    private static byte[] webp(Frame frame) {
        return TestWebp.still(frame.width(), frame.height(), FrameAlpha.withAlpha(frame).data());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void exifIsFollowed(int orientation) throws IOException {
        Frame stored = Corners.stored(orientation);
        byte[] jpeg = Jpeg.encode(stored, 95, null);
        byte[] png = Png.encode(stored, null);
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            byte[] tiff = TestExif.tiff(order, orientation);
            upright(orientation + "x.jpg", TestExif.intoJpeg(jpeg, tiff));
            upright(orientation + "before.png", TestExif.intoPng(png, tiff, true));
            upright(orientation + "behind.png", TestExif.intoPng(png, tiff, false));
            upright(orientation + "x.webp", TestExif.intoWebp(webp(stored), tiff, true));
        }
        byte[] prefixed = concat("Exif\0\0".getBytes(StandardCharsets.US_ASCII), TestExif.tiff(ByteOrder.BIG_ENDIAN, orientation));
        upright(orientation + "prefixed.webp", TestExif.intoWebp(webp(stored), prefixed, true));

        Path apng = folder.resolve("moving.apng");
        Clips.write(apng, List.of(stored, stored), WriteOptions.plain(12));
        upright(orientation + "x.apng", TestExif.intoPng(Files.readAllBytes(apng), TestExif.tiff(ByteOrder.BIG_ENDIAN, orientation), true));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void displayMatricesAreFollowed(int orientation) throws IOException {
        Frame stored = Corners.stored(orientation);
        Path file = folder.resolve("clip.mp4");
        Clips.write(file, List.of(stored, stored, stored), WriteOptions.plain(12));
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("tkhd") + 44;
        int[] m = MATRICES[orientation - 1];
        ByteBuffer.wrap(bytes).position(at).putInt(m[0] << 16).putInt(m[1] << 16).putInt(0).putInt(m[2] << 16).putInt(m[3] << 16);
        upright(orientation + ".mp4", bytes);
    }

    @Test
    void obliqueAndEmptyMatricesGoToTheNearest() {
        assertThat(Orientation.ofMatrix(IntBuffer.wrap(new int[9]))).isEqualTo(Orientation.UPRIGHT);
        assertThat(Orientation.ofMatrix(IntBuffer.wrap(new int[] {50000, 30000, 0, -30000, 50000, 0, 0, 0, 1 << 30}))).isEqualTo(Orientation.UPRIGHT);
        assertThat(Orientation.ofMatrix(IntBuffer.wrap(new int[] {-30000, 50000, 0, -50000, -30000, 0, 0, 0, 1 << 30})))
                .isEqualTo(Orientation.QUARTER_TURN);
        assertThat(Orientation.ofMatrix(IntBuffer.wrap(new int[] {Integer.MIN_VALUE, 0, 0, 0, Integer.MIN_VALUE, 0, 0, 0, 0})))
                .isEqualTo(Orientation.HALF_TURN);
    }

    @Test
    void exifThatBrowsersIgnoreIsIgnored() throws IOException {
        byte[] jpeg = Jpeg.encode(Corners.stored(1), 95, null);
        byte[] wanted = TestExif.tiff(ByteOrder.BIG_ENDIAN, 6);
        for (int number : new int[] {0, 9, 90, 65535}) {
            upright("number.jpg", TestExif.intoJpeg(jpeg, TestExif.tiff(ByteOrder.LITTLE_ENDIAN, number)));
        }
        upright("long.jpg", TestExif.intoJpeg(jpeg, TestExif.tiff(ByteOrder.BIG_ENDIAN, 4, 1, 6)));
        upright("two.jpg", TestExif.intoJpeg(jpeg, TestExif.tiff(ByteOrder.BIG_ENDIAN, 3, 2, 6)));
        for (int length = 0; length < 22; length++) {
            upright("short.jpg", TestExif.intoJpeg(jpeg, Arrays.copyOf(wanted, length)));
        }
        byte[] far = wanted.clone();
        ByteBuffer.wrap(far).putInt(4, -8);
        upright("far.jpg", TestExif.intoJpeg(jpeg, far));
        upright("undeclared.webp", TestExif.intoWebp(webp(Corners.stored(1)), wanted, false));
    }

    @Test
    void onlyTheFirstExifCountsAndFillBytesDoNotHideIt() throws IOException {
        byte[] jpeg = Jpeg.encode(Corners.stored(8), 95, null);
        byte[] second = TestExif.intoJpeg(jpeg, TestExif.tiff(ByteOrder.BIG_ENDIAN, 3));
        byte[] both = TestExif.intoJpeg(second, TestExif.tiff(ByteOrder.LITTLE_ENDIAN, 8));
        upright("both.jpg", both);
        byte[] filled = concat(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xff}, Arrays.copyOfRange(both, 2, both.length));
        upright("filled.jpg", filled);
    }

    /** Whatever stands in the data: one of the eight, never a crash. */
    @Test
    void damagedExifIsRead() {
        var random = new Random(17);
        for (int round = 0; round < 5000; round++) {
            byte[] tiff = TestExif.tiff(round % 2 == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, 6);
            for (int i = 0; i <= round % 5; i++) {
                tiff[random.nextInt(tiff.length)] = (byte) random.nextInt();
            }
            assertThat(ExifOrientation.parse(Arrays.copyOf(tiff, random.nextInt(tiff.length + 20)))).isNotNull();
        }
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
