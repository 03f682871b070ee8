package org.praxino.wan;

import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;

/**
 * Rotary positions in time, height and width (dossier of CausVid, section 3.4): neighbouring channels are pairs, and the pairs of a head
 * are shared out among the three axes, time taking what does not divide by three. Angles are computed in double, turns in fp32; there
 * is no table and so no last frame.
 *
 * @param cos [L, 1, D]
 * @param sin [L, 1, D], negative at even channels
 */
record Turn(Tensor cos, Tensor sin) {
    private static final double BASE = 10_000;

    /** For the tokens of frames at {@code places}, each of height × width tokens, row by row. @param headDim D */
    static Turn of(int[] places, int height, int width, int headDim, Device device) {
        int third = headDim / 2 / 3; // pairs for height and for width
        int time = headDim / 2 - 2 * third;
        long tokens = (long) places.length * height * width;
        Tensor[] both = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            boolean sine = i == 1;
            Tensor t = axis(places, time, sine).reshape(-1, 1, 1, 2L * time).to(device);
            Tensor h = axis(range(height), third, sine).reshape(1, -1, 1, 2L * third).to(device);
            Tensor w = axis(range(width), third, sine).reshape(1, 1, -1, 2L * third).to(device);
            both[i] = Tensor.cat(
                            -1,
                            t.expand(places.length, height, width, -1),
                            h.expand(places.length, height, width, -1),
                            w.expand(places.length, height, width, -1))
                    .reshape(tokens, 1, headDim);
        }
        return new Turn(both[0], both[1]);
    }

    private static int[] range(int n) {
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
            out[i] = i;
        }
        return out;
    }

    /** Cosines, or sines of alternating sign, of place·10000^(−j/pairs): [places, 2·pairs]. */
    private static Tensor axis(int[] places, int pairs, boolean sine) {
        float[] out = new float[places.length * 2 * pairs];
        for (int i = 0; i < places.length; i++) {
            for (int j = 0; j < pairs; j++) {
                double angle = places[i] * Math.pow(BASE, -(double) j / pairs);
                int at = 2 * (i * pairs + j);
                out[at] = (float) (sine ? -Math.sin(angle) : Math.cos(angle));
                out[at + 1] = (float) (sine ? Math.sin(angle) : Math.cos(angle));
            }
        }
        return Tensor.of(out, places.length, 2L * pairs);
    }

    /** @param x [B, L, N, D] @return the same shape and dtype */
    Tensor apply(Tensor x) {
        long[] s = x.shape();
        Tensor wide = x.to(DType.F32);
        Tensor swapped = wide.reshape(s[0], s[1], s[2], s[3] / 2, 2).flip(-1).reshape(s);
        return wide.mul(cos).addProduct(swapped, sin).to(x.dtype()); // (a, b) -> (a cos − b sin, b cos + a sin)
    }
}
