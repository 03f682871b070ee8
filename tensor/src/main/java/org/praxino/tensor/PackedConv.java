package org.praxino.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.OperatorHandle;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Grad.NativeTemporaries;

/**
 * A convolution over time and space, with stride 1 and no padding in time, whose weight lies in memory as oneDNN's kernels read it. Each
 * tap in time is a 2-D convolution. Which order that is depends on the size of the pictures: it is that of the first ones, and others are
 * not for it. For weights that do not change; without gradients. Owns a second copy of the weight, which stays the caller's.
 */
public final class PackedConv implements AutoCloseable {
    private static final String PACK = "mkldnn::_reorder_convolution_weight";
    private static final String APPLY = "mkldnn::_convolution_pointwise";

    private final OneDnnCalls held = new OneDnnCalls();
    private final OperatorHandle operator;
    private final OperatorHandle pack;
    private final Tensor weight;
    private final IValue bias;
    private final IValue nothing;
    private final IValue padding;
    private final IValue ones;
    private final IValue group;
    private final IValue scalars; // none
    private final IValue plain;
    private volatile @Nullable Packed packed;

    /** The taps' weights in the layout for frames of a size. */
    private record Packed(long height, long width, List<IValue> taps) {
        boolean fits(long[] shape) {
            return shape[2] == height && shape[3] == width;
        }
    }

    private PackedConv(Tensor weight, @Nullable Tensor bias) {
        nothing = held.nothing();
        padding = held.of(weight.size(3) / 2, weight.size(4) / 2);
        ones = held.of(1, 1);
        group = held.number(1);
        pack = held.operator(PACK);
        this.weight = weight;
        this.bias = held.of(bias);
        operator = held.operator(APPLY);
        scalars = held.none("Optional[number]");
        plain = held.of("none");
    }

    /**
     * @param weight [O, C, kt, k, k], k odd: space is padded to keep its size
     * @param bias [O] or null
     * @return null where there is nothing to gain: on other devices than the CPU, and not in fp32
     */
    public static @Nullable PackedConv of(Tensor weight, @Nullable Tensor bias) {
        return OneDnnCalls.gains(weight) ? OneDnnCalls.probe(() -> new PackedConv(weight, bias)) : null;
    }

    /** Null for frames of another size than the first. @param x [B, T, H, W, C], fp32 @return [B, T - kt + 1, H, W, O] */
    public @Nullable Tensor apply(Tensor x) {
        long[] s = x.shape();
        Packed packed = packed(s);
        if (!packed.fits(s)) {
            return null;
        }
        long frames = s[1] - packed.taps.size() + 1;
        try (var scope = Scope.open("packed convolution")) {
            Tensor sum = null; // [B T, O, H, W]
            for (int tap = 0; tap < packed.taps.size(); tap++) {
                Tensor seen = x.narrow(1, tap, frames).reshape(s[0] * frames, s[2], s[3], s[4]).permute(0, 3, 1, 2); // [B T, C, H, W]
                Tensor part = tap(seen, packed.taps.get(tap), tap == 0 ? bias : nothing);
                sum = sum == null ? part : sum.addInPlace(part);
            }
            Tensor all = Objects.requireNonNull(sum, "a kernel has at least one tap");
            return scope.keep(all.permute(0, 2, 3, 1).reshape(s[0], frames, s[2], s[3], all.size(1)));
        }
    }

    private Packed packed(long[] shape) {
        Packed known = packed;
        return known == null ? pack(shape) : known;
    }

    private synchronized Packed pack(long[] shape) {
        Packed known = packed;
        if (known == null) {
            var taps = new ArrayList<IValue>();
            try (var scope = Scope.open("pack")) {
                IValue picture = held.of(1, shape[4], shape[2], shape[3]);
                for (long tap = 0; tap < weight.size(2); tap++) {
                    taps.add(held.of(OneDnnCalls.call(pack, held.of(weight.select(2, tap).contiguous()), padding, ones, ones, group, picture)));
                }
            }
            known = new Packed(shape[2], shape[3], List.copyOf(taps));
            packed = known;
        }
        return known;
    }

    private Tensor tap(Tensor x, IValue weight, IValue bias) {
        try (var s = new NativeTemporaries()) {
            return OneDnnCalls.call(operator, s.add(new IValue(x.raw())), weight, bias, padding, ones, ones, group, plain, scalars, nothing);
        }
    }

    @Override
    public void close() {
        held.close();
    }
}
