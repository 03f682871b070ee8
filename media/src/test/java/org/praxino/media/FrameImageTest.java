package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class FrameImageTest {
    private static final byte FULL = (byte) 255;

    @Test
    void coloursKeepTheirPlaces() {
        byte[] data = {FULL, 0, 0, 0, FULL, 0, 0, 0, FULL, 10, 20, 30, 0, 0, 0, FULL, FULL, FULL};
        BufferedImage image = new Frame(3, 2, 3, data).toImage();
        assertThat(image.getColorModel().hasAlpha()).isFalse();
        assertThat(image.getRGB(0, 0, 3, 2, null, 0, 3)).containsExactly(0xffff0000, 0xff00ff00, 0xff0000ff, 0xff0a141e, 0xff000000, 0xffffffff);
    }

    @Test
    void alphaIsStraight() {
        byte[] data = {FULL, 0, 0, FULL, 0, FULL, 0, (byte) 128, 0, 0, FULL, 0};
        BufferedImage image = new Frame(3, 1, 4, data).toImage();
        assertThat(image.isAlphaPremultiplied()).isFalse();
        assertThat(image.getRGB(0, 0, 3, 1, null, 0, 3)).containsExactly(0xffff0000, 0x8000ff00, 0x000000ff);
    }

    @Test
    void theFrameIsCopied() {
        Frame frame = Frame.filled(2, 2, new Rgb(1, 2, 3));
        frame.toImage().setRGB(0, 0, 0xffffffff);
        assertThat(frame.at(0, 0, 0)).isEqualTo(1);
    }
}
