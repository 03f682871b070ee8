package org.praxino.train.data.compose;

/**
 * Resizes premultiplied RGBA by exact area averaging: each output pixel is the mean of the rectangle of the input it covers.
 *
 * <p>Averages are taken in premultiplied alpha, then divided by alpha, so that no dark or bright rim appears around a cut-out.
 */
public final class AreaScaler {

    private final int width;
    private final int height;
    private final int outWidth;
    private final int outHeight;
    private final Taps across;
    private final Taps down;
    private final float[] rows;

    public AreaScaler(int height, int width, int outHeight, int outWidth) {
        this.width = width;
        this.height = height;
        this.outWidth = outWidth;
        this.outHeight = outHeight;
        this.across = Taps.of(width, outWidth);
        this.down = Taps.of(height, outHeight);
        this.rows = new float[height * outWidth * 4];
    }

    boolean fits(int h, int w) {
        return h == height && w == width;
    }

    /** Premultiplied [H, W, 4] to straight (not premultiplied) [h, w, 4]; fully transparent pixels become all zero. */
    public byte[] toStraight(byte[] premultiplied) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < outWidth; x++) {
                float r = 0;
                float g = 0;
                float b = 0;
                float a = 0;
                for (int k = across.start[x]; k < across.start[x + 1]; k++) {
                    int p = (y * width + across.index[k]) * 4;
                    float w = across.weight[k];
                    r += w * (premultiplied[p] & 255);
                    g += w * (premultiplied[p + 1] & 255);
                    b += w * (premultiplied[p + 2] & 255);
                    a += w * (premultiplied[p + 3] & 255);
                }
                int q = (y * outWidth + x) * 4;
                rows[q] = r;
                rows[q + 1] = g;
                rows[q + 2] = b;
                rows[q + 3] = a;
            }
        }
        byte[] out = new byte[outHeight * outWidth * 4];
        for (int y = 0; y < outHeight; y++) {
            for (int x = 0; x < outWidth; x++) {
                float r = 0;
                float g = 0;
                float b = 0;
                float a = 0;
                for (int k = down.start[y]; k < down.start[y + 1]; k++) {
                    int p = (down.index[k] * outWidth + x) * 4;
                    float w = down.weight[k];
                    r += w * rows[p];
                    g += w * rows[p + 1];
                    b += w * rows[p + 2];
                    a += w * rows[p + 3];
                }
                int q = (y * outWidth + x) * 4;
                int alpha = round(a);
                if (alpha > 0) {
                    out[q] = (byte) round(255 * r / a);
                    out[q + 1] = (byte) round(255 * g / a);
                    out[q + 2] = (byte) round(255 * b / a);
                    out[q + 3] = (byte) alpha;
                }
            }
        }
        return out;
    }

    private static int round(float v) {
        return Math.clamp((int) (v + 0.5f), 0, 255);
    }

    /** For each output position, the input positions it covers and by how much; the weights of one position sum to 1. */
    private record Taps(int[] start, int[] index, float[] weight) {
        static Taps of(int size, int outSize) {
            int[] start = new int[outSize + 1];
            int most = outSize * (size / outSize + 3);
            int[] index = new int[most];
            float[] weight = new float[most];
            int n = 0;
            double step = (double) size / outSize;
            for (int o = 0; o < outSize; o++) {
                start[o] = n;
                double from = o * step;
                double to = from + step;
                for (int i = (int) from; i < size && i < to - 1e-9; i++) {
                    double cover = Math.min(to, i + 1) - Math.max(from, i);
                    if (cover > 1e-9) {
                        index[n] = i;
                        weight[n++] = (float) (cover / step);
                    }
                }
            }
            start[outSize] = n;
            return new Taps(start, index, weight);
        }
    }
}
