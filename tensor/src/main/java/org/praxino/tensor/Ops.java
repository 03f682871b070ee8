package org.praxino.tensor;

import java.util.Objects;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Grad.NativeTemporaries;

/**
 * Operations with several implementations, chosen by device and dtype. Shapes: B batch, C channels, T frames, H W height and width, L
 * tokens, N heads, D head width.
 */
public final class Ops {
    private Ops() {}

    /**
     * {@code x · weightᵀ + bias}. On the CPU in fp32 it runs as a 1×1 convolution over channels-last tokens: oneDNN's kernels
     * reach 170 GFLOP/s where this libtorch's BLAS reaches 50 to 150 on the same two cores ({@code praxino bench gemm}). Small products
     * are left to BLAS, which is called with less ado.
     *
     * @param x [..., I]
     * @param weight [O, I]
     * @param bias [O] or null
     * @return [..., O]
     */
    public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        try (var s = new NativeTemporaries()) {
            var raw = x.raw();
            if (!raw.is_cuda() && raw.scalar_type().value == torch.ScalarType.Float.value && raw.numel() * weight.size(0) >= SMALL
                    && raw.numel() / raw.size(-1) >= 16) {
                long[] shape = raw.shape();
                long in = shape[shape.length - 1];
                long tokens = raw.numel() / in;
                long out = weight.size(0);
                var nhwc = s.add(s.add(s.add(raw.contiguous()).view(1, 1, tokens, in)).permute(0, 3, 1, 2)); // [1, I, 1, tokens]
                var kernel = s.add(weight.raw().view(out, in, 1, 1)); // [O, I, 1, 1]
                var y = s.add(torch.conv2d(nhwc, kernel, optional(s, bias), ONE, NONE, ONE, 1)); // [1, O, 1, tokens]
                shape[shape.length - 1] = out;
                return Tensor.wrap(s.add(y.permute(0, 2, 3, 1)).reshape(shape));
            }
            return Tensor.wrap(torch.linear(raw, weight.raw(), optional(s, bias)));
        }
    }

    private static final long SMALL = 1 << 20; // multiplications

    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};

    /** 2-D convolution. @param x [B, C, H, W] @param weight [O, C/groups, kh, kw] */
    public static Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias, int stride, int padding, int groups) {
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.conv2d(
                    x.raw(), weight.raw(), optional(s, bias),
                    new long[] {stride, stride}, new long[] {padding, padding}, ONE, groups));
        }
    }

    /** 2-D convolution with another padding above and below than at the sides. @param x [B, C, H, W] @param weight [O, C, kh, kw] */
    public static Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias, int stride, long padHeight, long padWidth) {
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.conv2d(
                    x.raw(), weight.raw(), optional(s, bias), new long[] {stride, stride}, new long[] {padHeight, padWidth}, ONE, 1));
        }
    }

    /** Largest value of each square of side {@code kernel}, no padding: [B, C, H, W] -> [B, C, (H − kernel)/stride + 1, ...]. */
    public static Tensor maxPool2d(Tensor x, int kernel, int stride) {
        return Tensor.wrap(torch.max_pool2d(x.raw(), new long[] {kernel, kernel}, new long[] {stride, stride}, NONE, ONE, false));
    }

    /** Average of the square of odd side {@code kernel} around each position, of what lies inside the image: [B, C, H, W] -> the same. */
    public static Tensor averagePool2d(Tensor x, int kernel) {
        try (var s = new NativeTemporaries()) {
            long[] half = {kernel / 2, kernel / 2};
            return Tensor.wrap(torch.avg_pool2d(x.raw(), new long[] {kernel, kernel}, ONE, half, false, false, s.add(new LongOptional())));
        }
    }

    /**
     * 3-D convolution. On the CPU in fp32 without gradients, over channels-last memory, it is the sum of one 2-D convolution for each tap
     * in time: oneDNN's 2-D kernels are about twice as fast as its 3-D ones.
     *
     * @param x [B, C, T, H, W]
     * @param weight [O, C, kt, kh, kw]
     * @param stride t, h, w
     * @param padding t, h, w
     */
    public static Tensor conv3d(Tensor x, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding) {
        boolean plainTime = stride[0] == 1 && padding[0] == 0 && weight.size(2) > 1;
        boolean channelsLast = x.size(1) > 1 && x.raw().stride(1) == 1;
        if (plainTime && channelsLast && !Grad.isOn() && !x.raw().is_cuda() && x.dtype() == DType.F32) {
            return sumOfConv2d(x, weight, bias, stride, padding);
        }
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.conv3d(x.raw(), weight.raw(), optional(s, bias), stride, padding, new long[] {1, 1, 1}, 1));
        }
    }

    private static Tensor sumOfConv2d(Tensor x, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding) {
        long[] space = {stride[1], stride[2]};
        long[] around = {padding[1], padding[2]};
        long taps = weight.size(2);
        long frames = x.size(2) - taps + 1;
        try (var scope = Scope.open("conv3d");
                var s = new NativeTemporaries()) {
            Tensor sum = null; // [B T, O, H', W']
            for (long tap = 0; tap < taps; tap++) {
                Tensor seen = x.narrow(2, tap, frames).permute(0, 2, 3, 4, 1) // [B, T, H, W, C]
                        .reshape(x.size(0) * frames, x.size(3), x.size(4), x.size(1)).permute(0, 3, 1, 2); // [B T, C, H, W]
                Tensor part = Tensor.wrap(torch.conv2d(
                        seen.raw(), weight.select(2, tap).raw(), optional(s, tap == 0 ? bias : null), space, around, ONE, 1));
                sum = sum == null ? part : sum.addInPlace(part);
            }
            Tensor all = Objects.requireNonNull(sum, "a kernel has at least one tap");
            return scope.keep(all.permute(0, 2, 3, 1).reshape(x.size(0), frames, all.size(2), all.size(3), all.size(1)).permute(0, 4, 1, 2, 3));
        }
    }

    /** The same values with channels innermost in memory, the order that convolutions are fastest in. @param x 4-D or 5-D */
    public static Tensor channelsLast(Tensor x) {
        return Tensor.wrap(x.raw().contiguous(x.dim() == 5 ? MemoryFormat.ChannelsLast3d : MemoryFormat.ChannelsLast));
    }

    /** Layer norm over the last dimension. */
    public static Tensor layerNorm(Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.layer_norm(
                    x.raw(), new long[] {x.size(-1)}, optional(s, weight), optional(s, bias), eps, false));
        }
    }

    /** Root-mean-square norm over the last dimension, computed in fp32. */
    public static Tensor rmsNorm(Tensor x, @Nullable Tensor weight, double eps) {
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.rms_norm(
                    x.raw(), new long[] {x.size(-1)}, optional(s, weight), s.add(new DoubleOptional(eps))));
        }
    }

    /** Group norm of [B, C, ...]; statistics over all but B of a group. */
    public static Tensor groupNorm(Tensor x, int groups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.group_norm(x.raw(), groups, optional(s, weight), optional(s, bias), eps, true));
        }
    }

    /** Rows of {@code table} [V, C] at {@code ids} [...] (I64): [..., C]. */
    public static Tensor embedding(Tensor table, Tensor ids) {
        return Tensor.wrap(torch.embedding(table.raw(), ids.raw()));
    }

    /** Zero padding; {@code pads} is (left, right) of the last dimension, then of the one before, and so on. */
    public static Tensor pad(Tensor x, long... pads) {
        return Tensor.wrap(torch.constant_pad_nd(x.raw(), pads));
    }

    /** Bilinear resize of [B, C, H, W] without aligned corners. */
    public static Tensor resizeBilinear(Tensor x, long height, long width) {
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.upsample_bilinear2d(
                    x.raw(), new long[] {height, width}, false, s.add(new DoubleOptional()), s.add(new DoubleOptional())));
        }
    }

    /** Bicubic resize of [B, C, H, W] without aligned corners, not smoothed where it becomes smaller. */
    public static Tensor resizeBicubic(Tensor x, long height, long width) {
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.upsample_bicubic2d(
                    x.raw(), new long[] {height, width}, false, s.add(new DoubleOptional()), s.add(new DoubleOptional())));
        }
    }

    /** Nearest-neighbour resize of [B, C, T, H, W]. */
    public static Tensor resizeNearest(Tensor x, long frames, long height, long width) {
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.upsample_nearest3d(
                    x.raw(), new long[] {frames, height, width},
                    s.add(new DoubleOptional()), s.add(new DoubleOptional()), s.add(new DoubleOptional())));
        }
    }

    /**
     * Softmax attention with scale 1/√D. On CUDA and on the CPU in fp32 it is libtorch's fused kernel; on the CPU in bf16, where
     * that kernel is some fifty times slower, and where {@code bias} wants a gradient, two matrix products around a softmax.
     *
     * @param q [B, N, Lq, D]
     * @param k [B, N, Lk, D]
     * @param v [B, N, Lk, D]
     * @param bias added to the scores, broadcast to [B, N, Lq, Lk], or null
     * @return [B, N, Lq, D]
     */
    public static Tensor attention(Tensor q, Tensor k, Tensor v, @Nullable Tensor bias) {
        return attention(q, k, v, bias, 1 / Math.sqrt(q.size(-1)));
    }

    /** As {@link #attention(Tensor, Tensor, Tensor, Tensor)} with a scale of the caller's. */
    public static Tensor attention(Tensor q, Tensor k, Tensor v, @Nullable Tensor bias, double scale) {
        boolean cuda = q.raw().is_cuda();
        boolean biasGrad = bias != null && bias.requiresGrad() && Grad.isOn();
        if (biasGrad || (!cuda && q.dtype() != DType.F32)) {
            Tensor scores = q.mul(scale).matmul(k.transpose(-2, -1)); // [B, N, Lq, Lk]
            if (bias != null) {
                scores = scores.add(bias);
            }
            return scores.softmax(-1).to(v.dtype()).matmul(v);
        }
        try (var s = new NativeTemporaries()) {
            return Tensor.wrap(torch.scaled_dot_product_attention(
                    q.raw(), k.raw(), v.raw(), optional(s, bias), 0, false, s.add(new DoubleOptional(scale)), false));
        }
    }

    /**
     * Rotates pairs of neighbouring channels: (a, b) becomes (a·cos − b·sin, a·sin + b·cos), a complex product.
     *
     * @param x [..., D] fp32
     * @param circle complex, from {@link #complex}, [..., D/2], spread over x
     * @return the shape of x
     */
    public static Tensor rotatePairs(Tensor x, Tensor circle) {
        try (var s = new NativeTemporaries()) {
            long[] shape = x.shape();
            long[] pairs = java.util.Arrays.copyOf(shape, shape.length + 1);
            pairs[shape.length - 1] = shape[shape.length - 1] / 2;
            pairs[shape.length] = 2;
            var z = s.add(torch.view_as_complex(s.add(s.add(x.raw().contiguous()).reshape(pairs))));
            var turned = s.add(z.mul(circle.raw()));
            return Tensor.wrap(s.add(torch.view_as_real(turned)).reshape(shape));
        }
    }

    /** The same memory read as complex numbers: [..., 2] fp32 -> [...]. */
    public static Tensor complex(Tensor pairs) {
        return Tensor.wrap(torch.view_as_complex(pairs.raw()));
    }

    private static TensorOptional optional(NativeTemporaries s, @Nullable Tensor t) {
        return s.add(t == null ? new TensorOptional() : new TensorOptional(t.raw()));
    }
}
