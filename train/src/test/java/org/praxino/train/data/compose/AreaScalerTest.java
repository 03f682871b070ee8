package org.praxino.train.data.compose;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AreaScalerTest {

    @Test
    void coloursAreAveragedByWhatIsVisible() {
        // premultiplied: opaque red, half transparent green, and two of nothing
        byte[] in = bytes(255, 0, 0, 255, 0, 128, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0);
        byte[] out = new AreaScaler(2, 2, 1, 1).toStraight(in);
        // alpha (255 + 128) / 4 = 95.75; red 255 * 255 / 383; green 255 * 128 / 383
        assertThat(out).isEqualTo(bytes(170, 85, 0, 96));
    }

    @Test
    void aFullyTransparentPixelIsAllZero() {
        assertThat(new AreaScaler(2, 2, 1, 1).toStraight(new byte[16])).isEqualTo(new byte[4]);
    }

    @Test
    void theSameSizeOnlyUndoesThePremultiplication() {
        byte[] in = bytes(100, 50, 25, 255, 10, 20, 40, 51);
        assertThat(new AreaScaler(1, 2, 1, 2).toStraight(in)).isEqualTo(bytes(100, 50, 25, 255, 50, 100, 200, 51));
    }

    @Test
    void sharesOfPixelsCountByTheirArea() {
        // three columns to two: the middle one is split
        byte[] in = bytes(0, 0, 0, 255, 90, 90, 90, 255, 240, 240, 240, 255);
        byte[] out = new AreaScaler(1, 3, 1, 2).toStraight(in);
        assertThat(out).isEqualTo(bytes(30, 30, 30, 255, 190, 190, 190, 255));
    }

    private static byte[] bytes(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }
}
