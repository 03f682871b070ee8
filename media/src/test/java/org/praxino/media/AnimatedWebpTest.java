package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.praxino.media.TestWebp.Piece;

class AnimatedWebpTest {

    private static final int SIZE = 16;

    @BeforeEach
    void needsTheDecoder() {
        assumeThat(AnimatedWebp.supported()).as("WebP is decoded on Linux x86-64 only").isTrue();
    }

    // Red canvas; a half transparent blue square blended over its corner; then a green one that replaces a part.
    private static byte[] threeFrames() {
        return TestWebp.animation(SIZE, SIZE, List.of(
                new Piece(0, 0, SIZE, SIZE, TestWebp.filled(SIZE, SIZE, 255, 0, 0, 255), 40, false, false),
                new Piece(0, 0, 8, 8, TestWebp.filled(8, 8, 0, 0, 255, 128), 80, true, false),
                new Piece(8, 8, 8, 8, TestWebp.filled(8, 8, 0, 255, 0, 64), 120, false, false)));
    }

    @Test
    void framesAreWholeCompositedPictures() throws IOException {
        try (AnimatedWebp webp = AnimatedWebp.open(threeFrames())) {
            assertThat(webp.frames()).isEqualTo(3);
            assertThat(webp.width()).isEqualTo(SIZE);
            assertThat(webp.height()).isEqualTo(SIZE);
            assertThat(List.of(webp.millis(0), webp.millis(1), webp.millis(2))).containsExactly(40, 80, 120);
            assertThat(pixel(webp.read(0), 3, 3)).containsExactly(255, 0, 0, 255);
            int[] mixed = pixel(webp.read(1), 3, 3);
            assertThat(mixed[0]).isBetween(126, 128);
            assertThat(mixed[2]).isBetween(127, 129);
            assertThat(mixed[3]).isEqualTo(255);
            assertThat(pixel(webp.read(1), 12, 12)).as("outside of the second piece").containsExactly(255, 0, 0, 255);
            assertThat(pixel(webp.read(2), 12, 12)).as("replaced, premultiplied").containsExactly(0, 64, 0, 64);
            assertThat(pixel(webp.read(2), 3, 3)).as("what was blended stays").isEqualTo(mixed);
        }
    }

    @Test
    void anyOrderGivesTheSameFrames() throws IOException {
        byte[][] inOrder = new byte[3][];
        try (AnimatedWebp webp = AnimatedWebp.open(threeFrames())) {
            for (int i = 0; i < 3; i++) {
                inOrder[i] = webp.read(i);
            }
        }
        for (int[] order : new int[][] {{2, 0, 1}, {1, 2, 0}, {2, 1, 2}, {0, 2, 2}}) {
            try (AnimatedWebp webp = AnimatedWebp.open(threeFrames())) {
                for (int i : order) {
                    assertThat(webp.read(i)).as("frame %d in order %s", i, Arrays.toString(order)).isEqualTo(inOrder[i]);
                }
            }
        }
    }

    @Test
    void aFrameDisposedToBackgroundLeavesTransparency() throws IOException {
        byte[] bytes = TestWebp.animation(SIZE, SIZE, List.of(
                new Piece(0, 0, SIZE, SIZE, TestWebp.filled(SIZE, SIZE, 255, 0, 0, 255), 40, false, true),
                new Piece(0, 0, 8, 8, TestWebp.filled(8, 8, 0, 0, 255, 255), 40, true, false)));
        try (AnimatedWebp webp = AnimatedWebp.open(bytes)) {
            webp.read(0);
            byte[] second = webp.read(1);
            assertThat(pixel(second, 3, 3)).containsExactly(0, 0, 255, 255);
            assertThat(pixel(second, 12, 12)).containsExactly(0, 0, 0, 0);
        }
    }

    @Test
    void aStillIsOneFrame() throws IOException {
        byte[] bytes = TestWebp.still(6, 4, TestWebp.filled(6, 4, 200, 100, 50, 255));
        try (AnimatedWebp webp = AnimatedWebp.open(bytes)) {
            assertThat(webp.frames()).isEqualTo(1);
            assertThat(webp.millis(0)).isZero();
            assertThat(webp.read(0)).hasSize(6 * 4 * 4).startsWith((byte) 200, (byte) 100, (byte) 50, (byte) 255);
            assertThatThrownBy(() -> webp.read(1)).isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("1 of 1");
        }
    }

    @Test
    void whatIsNoWebpOrDamagedIsRefusedInOneSentence() {
        assertThatThrownBy(() -> AnimatedWebp.open(new byte[40])).isInstanceOf(IOException.class).hasMessageContaining("40 bytes are not a WebP");
        byte[] whole = threeFrames();
        assertThatThrownBy(() -> readAll(Arrays.copyOf(whole, 40))).isInstanceOf(IOException.class).hasMessageContaining("damaged");
        assertThatThrownBy(() -> readAll(Arrays.copyOf(whole, whole.length - 3))).hasMessageContaining("breaks off after " + (whole.length - 3));
        byte[] scrambled = whole.clone();
        Arrays.fill(scrambled, 70, scrambled.length, (byte) 0x55);
        assertThatThrownBy(() -> readAll(scrambled)).isInstanceOf(IOException.class).hasMessageContaining("damaged");
    }

    private static void readAll(byte[] bytes) throws IOException {
        try (AnimatedWebp webp = AnimatedWebp.open(bytes)) {
            for (int i = 0; i < webp.frames(); i++) {
                webp.read(i);
            }
        }
    }

    private static int[] pixel(byte[] rgba, int x, int y) {
        int[] out = new int[4];
        for (int c = 0; c < 4; c++) {
            out[c] = rgba[(y * SIZE + x) * 4 + c] & 255;
        }
        return out;
    }
}
