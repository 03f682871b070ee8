package org.praxino.train.data;

import org.praxino.io.Sha256;

/**
 * The samples of another source at half the size, each pixel the mean of four: the low-resolution half of the pairs that super-resolution learns from.
 *
 * @param whole with even width and height
 */
public record HalvedClipSource(ClipSource whole) implements ClipSource {
    private static final int CHANNELS = 3;

    @Override
    public Sample sample(long seed, long index, int frames) {
        Sample s = whole.sample(seed, index, frames);
        return new Sample(halved(s.rgb(), s.frames(), s.height(), s.width()), s.frames(), s.height() / 2, s.width() / 2, s.caption(), s.name(), s.heldOut());
    }

    /** [frames, H, W, 3] -> [frames, H/2, W/2, 3], rounded. */
    public static byte[] halved(byte[] rgb, int frames, int height, int width) {
        byte[] out = new byte[frames * (height / 2) * (width / 2) * CHANNELS];
        int row = width * CHANNELS;
        int at = 0;
        for (int t = 0; t < frames; t++) {
            for (int y = 0; y < height / 2; y++) {
                for (int x = 0; x < width / 2; x++) {
                    int from = (t * height + 2 * y) * row + 2 * x * CHANNELS;
                    for (int c = 0; c < CHANNELS; c++) {
                        int sum = (rgb[from + c] & 255) + (rgb[from + CHANNELS + c] & 255) + (rgb[from + row + c] & 255) + (rgb[from + row + CHANNELS + c] & 255);
                        out[at++] = (byte) ((sum + 2) / 4);
                    }
                }
            }
        }
        return out;
    }

    @Override
    public int height() {
        return whole.height() / 2;
    }

    @Override
    public int width() {
        return whole.width() / 2;
    }

    @Override
    public double fps() {
        return whole.fps();
    }

    @Override
    public String digest() {
        return Sha256.ofText(whole.digest() + " halved");
    }
}
