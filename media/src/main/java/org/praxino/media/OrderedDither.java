package org.praxino.media;

/**
 * Ordered dithering with fixed 8x8 patterns of two palette colours. The pattern is constant in time, so unlike with error diffusion static
 * areas do not flicker, and files stay small. Choice of the pair after J. Yliluoma, "Arbitrary-palette positional dithering algorithm"
 * (2011): the mixture nearest to the colour, with a penalty on unlike pairs.
 */
final class OrderedDither {
    private static final int KEY_BITS = 7;
    private static final int LEVELS = 64;
    /** Weight of the unlikeness of a pair against the error of its mean. */
    private static final double ROUGHNESS = 0.09;
    /** Squared error below which one colour is good enough. */
    private static final double EXACT = 6;
    private static final int[] BAYER = bayer();

    private final Palette palette;
    private final int[] plans = new int[1 << 3 * KEY_BITS]; // 0: not yet made; else known | level | second | first

    OrderedDither(Palette palette) {
        this.palette = palette;
    }

    /** The palette index of every pixel; pixels less than half opaque get {@code transparent}. // [H, W, C] -> [H, W] */
    byte[] map(Frame frame, int transparent) {
        int channels = frame.channels();
        byte[] data = frame.data();
        var indices = new byte[frame.width() * frame.height()];
        for (int y = 0, n = 0, i = 0; y < frame.height(); y++) {
            for (int x = 0; x < frame.width(); x++, n++, i += channels) {
                if (channels == 4 && data[i + 3] >= 0) { // an unsigned byte below 128
                    indices[n] = (byte) transparent;
                } else {
                    int plan = plan(data[i] & 0xff, data[i + 1] & 0xff, data[i + 2] & 0xff);
                    boolean second = BAYER[(y & 7) << 3 | x & 7] < (plan >> 16 & 0xff);
                    indices[n] = (byte) (second ? plan >> 8 : plan);
                }
            }
        }
        return indices;
    }

    private int plan(int r, int g, int b) {
        int drop = 8 - KEY_BITS;
        int key = r >> drop << 2 * KEY_BITS | g >> drop << KEY_BITS | b >> drop;
        int plan = plans[key];
        if (plan == 0) {
            plan = make(r, g, b);
            plans[key] = plan;
        }
        return plan;
    }

    private int make(int r, int g, int b) {
        int first = 0;
        double least = Double.MAX_VALUE;
        for (int k = 0; k < palette.size(); k++) {
            double error = squared(r - palette.red()[k], g - palette.green()[k], b - palette.blue()[k]);
            if (error < least) {
                least = error;
                first = k;
            }
        }
        int second = first;
        int level = 0;
        double best = least;
        int r1 = palette.red()[first];
        int g1 = palette.green()[first];
        int b1 = palette.blue()[first];
        for (int k = 0; least > EXACT && k < palette.size(); k++) {
            int dr = palette.red()[k] - r1;
            int dg = palette.green()[k] - g1;
            int db = palette.blue()[k] - b1;
            double apart = squared(dr, dg, db);
            if (apart == 0) {
                continue;
            }
            double share = Math.clamp(product(r - r1, g - g1, b - b1, dr, dg, db) / apart, 0, 0.5);
            int parts = (int) Math.round(share * LEVELS);
            double t = parts / (double) LEVELS;
            double error = squared(r - r1 - t * dr, g - g1 - t * dg, b - b1 - t * db) + ROUGHNESS * apart * t;
            if (error < best) {
                best = error;
                second = k;
                level = parts;
            }
        }
        return 1 << 31 | level << 16 | second << 8 | first;
    }

    private static double squared(double r, double g, double b) {
        return product(r, g, b, r, g, b);
    }

    private static double product(double r, double g, double b, double r2, double g2, double b2) {
        double[] seen = Palette.SEEN;
        return r * r2 * seen[0] * seen[0] + g * g2 * seen[1] * seen[1] + b * b2 * seen[2] * seen[2];
    }

    /** The 8x8 threshold matrix with the values 0 to 63, each once (B. Bayer, 1973). */
    private static int[] bayer() {
        var matrix = new int[64];
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                int value = 0;
                for (int bit = 0; bit < 3; bit++) {
                    int cross = (x ^ y) >> bit & 1;
                    int down = y >> bit & 1;
                    value |= (cross << 1 | down) << 2 * (2 - bit);
                }
                matrix[y << 3 | x] = value;
            }
        }
        return matrix;
    }
}
