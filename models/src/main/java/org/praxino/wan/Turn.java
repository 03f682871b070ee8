package org.praxino.wan;

import java.util.stream.IntStream;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Tensor;

/**
 * Rotary positions in time, height and width (dossier of CausVid, section 3.4): neighbouring channels are pairs, and the pairs of a head
 * are shared out among the three axes, time taking what does not divide by three. Angles are computed in double, turns in fp32; there
 * is no table and so no last frame.
 *
 * @param circle cosine and sine of each pair's angle as one complex number, [L, 1, D/2]
 */
record Turn(Tensor circle) implements AutoCloseable {
    private static final double BASE = 10_000;

    /** For the tokens of frames at {@code places}, each of height × width tokens, row by row. @param headDim D */
    static Turn of(int[] places, int height, int width, int headDim, Device device) {
        int third = headDim / 2 / 3; // pairs for height and for width
        int time = headDim / 2 - 2 * third;
        int frames = places.length;
        Tensor t = axis(places, time).to(device).reshape(frames, 1, 1, time, 2).expand(frames, height, width, -1, -1);
        Tensor h = axis(IntStream.range(0, height).toArray(), third).to(device).reshape(1, height, 1, third, 2).expand(frames, height, width, -1, -1);
        Tensor w = axis(IntStream.range(0, width).toArray(), third).to(device).reshape(1, 1, width, third, 2).expand(frames, height, width, -1, -1);
        return new Turn(Ops.complex(Tensor.cat(3, t, h, w).reshape((long) frames * height * width, 1, headDim / 2, 2)));
    }

    /** Cosine and sine of place·10000^(−j/pairs): [places, pairs, 2]. */
    private static Tensor axis(int[] places, int pairs) {
        double[] speeds = new double[pairs];
        for (int j = 0; j < pairs; j++) {
            speeds[j] = Math.pow(BASE, -(double) j / pairs);
        }
        float[] out = new float[places.length * pairs * 2];
        for (int i = 0; i < places.length; i++) {
            for (int j = 0; j < pairs; j++) {
                double angle = places[i] * speeds[j];
                int at = 2 * (i * pairs + j);
                out[at] = (float) Math.cos(angle);
                out[at + 1] = (float) Math.sin(angle);
            }
        }
        return Tensor.of(out, places.length, pairs, 2L);
    }

    /** @param x [B, L, N, D] @return the same shape and dtype */
    Tensor apply(Tensor x) {
        return Ops.turnPairs(x.as(DType.F32), circle).as(x.dtype());
    }

    /** Of the tokens [from, from + count) alone, without copying. */
    Tensor part(long from, long count) {
        return circle.narrow(0, from, count);
    }

    /** To outlive the scope it was made in; to be closed. */
    Turn own() {
        return new Turn(circle.own());
    }

    @Override
    public void close() {
        circle.close();
    }
}
