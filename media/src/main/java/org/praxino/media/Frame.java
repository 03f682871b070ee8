package org.praxino.media;

import java.awt.image.BufferedImage;

/**
 * A video frame: rows from the top, pixels from the left, packed RGB (3 channels) or RGBA with straight alpha (4 channels), one unsigned
 * byte a channel, sRGB. The array is not copied and must not be changed afterwards.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param channels 3 or 4
 * @param data {@code height * width * channels} bytes // [H, W, C]
 */
public record Frame(int width, int height, int channels, byte[] data) {
    public Frame {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a frame of " + width + "x" + height + " has no pixels");
        }
        if (channels != 3 && channels != 4) {
            throw new IllegalArgumentException("a frame has 3 (RGB) or 4 (RGBA) channels, not " + channels);
        }
        if (data.length != (long) width * height * channels) {
            throw new IllegalArgumentException("a %dx%d frame of %d channels takes %d bytes, not %d"
                    .formatted(width, height, channels, (long) width * height * channels, data.length));
        }
    }

    /** A frame of one colour, without alpha. */
    public static Frame filled(int width, int height, Rgb colour) {
        var data = new byte[width * height * 3];
        for (int i = 0; i < data.length; i += 3) {
            colour.put(data, i);
        }
        return new Frame(width, height, 3, data);
    }

    /** True when there is an alpha channel, whatever its values. */
    public boolean hasAlpha() {
        return channels == 4;
    }

    /** A copy for Swing and {@code ImageIO}: {@code TYPE_INT_RGB}, or {@code TYPE_INT_ARGB} when there is an alpha channel. */
    public BufferedImage toImage() {
        var image = new BufferedImage(width, height, hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int alpha = hasAlpha() ? at(x, y, 3) : 255;
                row[x] = alpha << 24 | at(x, y, 0) << 16 | at(x, y, 1) << 8 | at(x, y, 2);
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }

    /** The value 0 to 255 of one channel of one pixel. */
    public int at(int x, int y, int channel) {
        return data[offset(x, y) + channel] & 0xff;
    }

    /** Index of the pixel's first channel in {@link #data}. */
    int offset(int x, int y) {
        return (y * width + x) * channels;
    }

    /** "128x96" for messages. */
    String size() {
        return width + "x" + height;
    }
}
