package org.praxino.nn;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Tensor;

/**
 * Rotary position embedding (Su et al. 2021, RoFormer, section 3.2) over up to three axes: pairs of a head's channels are rotated by an
 * angle proportional to a token's position on their axis, so that scores depend on relative positions only. Angles are computed
 * in double. There is no table and so no last position.
 *
 * <p>T frames, H rows, W columns, L = T·H·W tokens, N heads, D head width.
 *
 * @param cos HALVES [L, 1, D], INTERLEAVED cosine and sine as one complex number, [L, 1, D/2]
 * @param sin HALVES [L, 1, D], the first half negated; INTERLEAVED null
 */
public record RotaryEmbedding(Tensor cos, @Nullable Tensor sin) {
    /** Which channels are a pair. */
    public enum Pairs {
        /** j and j + D/2. */
        HALVES,
        /** 2j and 2j + 1. */
        INTERLEAVED
    }

    /** Positions on an axis, and the pairs that they rotate: pair j by position·base^(−j/pairs). */
    public record Axis(double[] positions, int pairs) {
        /** Positions 0 .. count−1. */
        public static Axis of(int count, int pairs) {
            return of(IntStream.range(0, count).toArray(), pairs);
        }

        public static Axis of(int[] positions, int pairs) {
            return new Axis(IntStream.of(positions).asDoubleStream().toArray(), pairs);
        }

        /** Cosine and sine: [positions, pairs, 2]. */
        private Tensor circle(double base) {
            float[] out = new float[positions.length * pairs * 2];
            for (int j = 0; j < pairs; j++) {
                double speed = Math.pow(base, -(double) j / pairs);
                for (int i = 0; i < positions.length; i++) {
                    double angle = positions[i] * speed;
                    int at = 2 * (i * pairs + j);
                    out[at] = (float) Math.cos(angle);
                    out[at + 1] = (float) Math.sin(angle);
                }
            }
            return Tensor.of(out, positions.length, pairs, 2L);
        }
    }

    /** For tokens in the order frame, row, column; pairs of frames come first, then those of rows, then of columns. */
    public static RotaryEmbedding of(Pairs kind, double base, Axis frames, Axis rows, Axis columns, Device device) {
        long t = frames.positions.length;
        long h = rows.positions.length;
        long w = columns.positions.length;
        List<Tensor> axes = Stream.of(
                        axis(frames, base, device, t, 1, 1, t, h, w), axis(rows, base, device, 1, h, 1, t, h, w),
                        axis(columns, base, device, 1, 1, w, t, h, w))
                .flatMap(Stream::ofNullable).toList();
        Tensor circle = (axes.size() == 1 ? axes.getFirst() : Tensor.cat(axes, 3)).reshape(t * h * w, 1, -1, 2); // [L, 1, D/2, 2]
        if (kind == Pairs.INTERLEAVED) {
            return new RotaryEmbedding(Ops.complex(circle), null);
        }
        Tensor cos = circle.select(3, 0);
        Tensor sin = circle.select(3, 1);
        return new RotaryEmbedding(Tensor.cat(2, cos, cos), Tensor.cat(2, sin.neg(), sin));
    }

    private static @Nullable Tensor axis(Axis axis, double base, Device device, long a, long b, long c, long t, long h, long w) {
        return axis.pairs == 0 ? null : axis.circle(base).to(device).reshape(a, b, c, axis.pairs, 2).expand(t, h, w, -1, -1);
    }

    /**
     * An axial rotary embedding (Heo et al. 2024, arXiv 2403.13298, section 3.1): a quarter of a head's pairs by frame, the rest halved
     * between row and column.
     *
     * @param headDim D, even and 8 or more
     */
    public static RotaryEmbedding axial(double[] frames, double[] rows, double[] columns, int headDim, double base, Device device) {
        int half = headDim / 2;
        int time = half / 4;
        int row = (half - time) / 2;
        if (headDim % 2 != 0 || time < 1) {
            throw new ConfigException("axial rotary width " + headDim + " must be even and 8 or more");
        }
        return of(Pairs.HALVES, base, new Axis(frames, time), new Axis(rows, row), new Axis(columns, half - time - row), device);
    }

    /** Rotates {@code x}. @param x [..., L, N, D] @return the same shape and dtype */
    public Tensor apply(Tensor x) {
        if (sin == null) {
            return Ops.rotatePairs(x.as(DType.F32), cos).as(x.dtype());
        }
        Tensor c = cos.to(x.dtype());
        Tensor s = sin.to(x.dtype());
        return x.mul(c).addProduct(x.roll(x.size(-1) / 2, -1), s); // (a, b) -> (a cos − b sin, b cos + a sin)
    }
}
