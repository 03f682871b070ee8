package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BadgeTest {
    private static final Rgb GREY = Rgb.parse("#808080");

    @Test
    void itStandsInTheLowerRightCorner() {
        Frame plain = Frame.filled(64, 48, GREY);
        Frame marked = AiBadge.drawOn(plain);
        assertThat(plain.at(60, 44, 0)).as("the frame itself is left alone").isEqualTo(128);
        int white = 0;
        int dark = 0;
        for (int y = 0; y < 48; y++) {
            for (int x = 0; x < 64; x++) {
                int v = marked.at(x, y, 1);
                boolean corner = x >= 64 - 12 && x < 63 && y >= 48 - 12 && y < 47;
                white += v == 245 ? 1 : 0;
                dark += v == 38 ? 1 : 0;
                assertThat(v == 128).as("%d,%d", x, y).isEqualTo(!corner);
            }
        }
        assertThat(white).as("dots of AI").isEqualTo(3 + 2 * 5 + 5 + 7);
        assertThat(white + dark).isEqualTo(11 * 11);
    }

    @Test
    void itGrowsWithThePictureAndFitsIntoAnySize() {
        Frame large = AiBadge.drawOn(Frame.filled(768, 768, GREY));
        assertThat(large.at(768 - 90, 768 - 90, 0)).as("eight times as large").isNotEqualTo(128);
        Frame tiny = AiBadge.drawOn(Frame.filled(3, 2, GREY));
        assertThat(tiny.width()).isEqualTo(3);
        Frame clear = AiBadge.drawOn(new Frame(32, 32, 4, new byte[32 * 32 * 4]));
        assertThat(clear.at(28, 28, 3)).isEqualTo(255);
        assertThat(clear.at(2, 2, 3)).isZero();
    }
}
