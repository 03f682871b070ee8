package org.praxino.media;

/** A colour histogram of a whole clip with 32x32x32 bins and their mean colours. */
final class Histogram {
    private static final int BINS = 1 << 15;
    private static final int OPAQUE = 128;

    private final long[] count = new long[BINS];
    private final long[][] sum = new long[3][BINS];

    /** Counts a frame's visible pixels. */
    void add(Frame frame) {
        byte[] data = frame.data();
        int channels = frame.channels();
        for (int i = 0; i < data.length; i += channels) {
            if (channels == 4 && (data[i + 3] & 0xff) < OPAQUE) {
                continue;
            }
            int r = data[i] & 0xff;
            int g = data[i + 1] & 0xff;
            int b = data[i + 2] & 0xff;
            int bin = r >> 3 << 10 | g >> 3 << 5 | b >> 3;
            count[bin]++;
            sum[0][bin] += r;
            sum[1][bin] += g;
            sum[2][bin] += b;
        }
    }

    /** The palette of at most so many colours for the counted pixels. */
    Palette palette(int most) {
        int used = 0;
        for (long c : count) {
            used += c > 0 ? 1 : 0;
        }
        var weight = new double[used];
        var colour = new double[3][used];
        for (int bin = 0, i = 0; bin < BINS; bin++) {
            if (count[bin] > 0) {
                weight[i] = count[bin];
                for (int c = 0; c < 3; c++) {
                    colour[c][i] = sum[c][bin] / (double) count[bin];
                }
                i++;
            }
        }
        return Palette.of(weight, colour, most);
    }
}
