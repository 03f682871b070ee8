package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameTest {
    /** Two rows of three pixels whose red channel counts 1 to 6. */
    private static final Frame SMALL = new Frame(3, 2, 3, new byte[] {1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0, 5, 0, 0, 6, 0, 0});

    private static List<Integer> reds(Frame frame) {
        var reds = new java.util.ArrayList<Integer>();
        for (int i = 0; i < frame.data().length; i += frame.channels()) {
            reds.add(frame.data()[i] & 0xff);
        }
        return reds;
    }

    @Test
    void framesCheckThemselves() {
        assertThatThrownBy(() -> new Frame(0, 2, 3, new byte[0])).hasMessageContaining("0x2");
        assertThatThrownBy(() -> new Frame(2, 2, 2, new byte[8])).hasMessageContaining("not 2");
        assertThatThrownBy(() -> new Frame(2, 2, 3, new byte[11])).hasMessageContaining("12 bytes, not 11");
        assertThatThrownBy(() -> new Frame(1 << 16, 1 << 16, 3, new byte[0])).hasMessageContaining("12884901888 bytes");
    }

    @Test
    void turningIsClockwise() {
        assertThat(reds(FrameTransforms.turn(SMALL, 1))).containsExactly(4, 1, 5, 2, 6, 3);
        assertThat(reds(FrameTransforms.turn(SMALL, 2))).containsExactly(6, 5, 4, 3, 2, 1);
        assertThat(reds(FrameTransforms.turn(SMALL, 3))).containsExactly(3, 6, 2, 5, 1, 4);
        assertThat(FrameTransforms.turn(SMALL, 1).size()).isEqualTo("2x3");
        assertThat(FrameTransforms.turn(SMALL, -4)).isSameAs(SMALL);
        assertThat(reds(FrameTransforms.turn(FrameTransforms.turn(SMALL, 1), -1))).isEqualTo(reds(SMALL));
    }

    @Test
    void croppingAndPaddingAreInverse() {
        assertThat(reds(FrameTransforms.crop(SMALL, 1, 1, 2, 1))).containsExactly(5, 6);
        assertThat(reds(FrameTransforms.centreCrop(SMALL, 1, 2))).containsExactly(2, 5);
        Frame padded = FrameTransforms.pad(SMALL, 5, 4, new Rgb(9, 9, 9));
        assertThat(reds(padded)).startsWith(9, 9, 9, 9, 9, 9, 1, 2, 3, 9);
        assertThat(reds(FrameTransforms.centreCrop(padded, 3, 2))).isEqualTo(reds(SMALL));
        assertThatThrownBy(() -> FrameTransforms.crop(SMALL, 2, 0, 2, 1)).hasMessageContaining("2x1 at (2, 0)");
        assertThatThrownBy(() -> FrameTransforms.pad(SMALL, 2, 2, Rgb.BLACK)).hasMessageContaining("smaller 2x2");
    }

    @Test
    void alphaIsLaidOverAColour() {
        var half = new Frame(1, 1, 4, new byte[] {(byte) 200, 100, 0, (byte) 128});
        Frame over = FrameAlpha.over(half, Rgb.WHITE);
        assertThat(List.of(over.at(0, 0, 0), over.at(0, 0, 1), over.at(0, 0, 2))).containsExactly(227, 177, 127);
        assertThat(FrameAlpha.over(over, Rgb.BLACK)).isSameAs(over);
    }

    @ParameterizedTest
    @EnumSource
    void resizingKeepsFlatColours(FrameResizer.Filter filter) {
        Frame flat = Frame.filled(37, 23, new Rgb(10, 200, 255));
        for (int[] size : new int[][] {{64, 64}, {5, 3}, {1, 1}, {200, 7}}) {
            Frame scaled = FrameResizer.resize(flat, size[0], size[1], filter);
            assertThat(scaled.size()).isEqualTo(size[0] + "x" + size[1]);
            assertThat(reds(scaled)).allSatisfy(red -> assertThat(red).isCloseTo(10, within(1)));
        }
    }

    @Test
    void shrinkingAveragesInsteadOfPicking() {
        var data = new byte[64 * 64 * 3]; // a chessboard of single pixels: any mean is grey, any picked pixel is not
        for (int y = 0, i = 0; y < 64; y++) {
            for (int x = 0; x < 64; x++, i += 3) {
                data[i] = data[i + 1] = data[i + 2] = (byte) ((x + y) % 2 * 255);
            }
        }
        for (FrameResizer.Filter filter : FrameResizer.Filter.values()) {
            Frame small = FrameResizer.resize(new Frame(64, 64, 3, data), 16, 16, filter);
            assertThat(reds(small)).as(filter.name()).allSatisfy(red -> assertThat(red).isCloseTo(127, within(20)));
        }
    }

    @Test
    void hiddenColoursDoNotBleed() {
        var data = new byte[16 * 16 * 4]; // left half opaque red, right half transparent green
        for (int i = 0; i < data.length; i += 4) {
            boolean left = i / 4 % 16 < 8;
            data[i] = (byte) (left ? 255 : 0);
            data[i + 1] = (byte) (left ? 0 : 255);
            data[i + 3] = (byte) (left ? 255 : 0);
        }
        Frame small = FrameResizer.resize(new Frame(16, 16, 4, data), 5, 5);
        for (int x = 0; x < 5; x++) {
            if (small.at(x, 2, 3) > 0) {
                assertThat(small.at(x, 2, 1)).as("green at %d", x).isLessThan(8);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void fitsGiveTheWantedSize(Fit fit) {
        for (int[] from : new int[][] {{100, 10}, {10, 100}, {1, 1}, {3, 2}, {64, 64}, {65, 64}}) {
            for (int[] to : new int[][] {{32, 32}, {1, 1}, {33, 17}, {128, 4}}) {
                Frame frame = fit.apply(Frame.filled(from[0], from[1], Rgb.WHITE), to[0], to[1], Rgb.BLACK);
                assertThat(frame.size()).isEqualTo(to[0] + "x" + to[1]);
            }
        }
    }

    @Test
    void coloursAreRead() {
        assertThat(Rgb.parse("#87CEEB")).isEqualTo(new Rgb(0x87, 0xce, 0xeb)).hasToString("#87ceeb");
        assertThat(Rgb.parse("White")).isEqualTo(Rgb.WHITE);
        assertThatThrownBy(() -> Rgb.parse("octarine")).isInstanceOf(MediaException.class).hasMessageContaining("'octarine'");
        assertThatThrownBy(() -> new Rgb(0, 256, 0)).hasMessageContaining("256");
    }
}
