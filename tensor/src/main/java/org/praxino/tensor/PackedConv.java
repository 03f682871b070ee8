package org.praxino.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.OperatorHandle;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Grad.Strays;

/**
 * A convolution over time and space, with stride 1 and no padding in time, whose weight lies in memory as oneDNN's kernels read it. Each
 * tap in time is a 2-D convolution. For weights that do not change; without gradients. Owns a second copy of the weight,
 * which stays the caller's.
 */
public final class PackedConv implements AutoCloseable {
    private static final String PACK = "mkldnn::_reorder_convolution_weight";
    private static final String APPLY = "mkldnn::_convolution_pointwise";

    private final Packing held = new Packing();
    private final OperatorHandle operator;
    private final List<IValue> taps = new ArrayList<>();
    private final IValue bias;
    private final IValue nothing;
    private final IValue padding;
    private final IValue ones;
    private final IValue group;
    private final IValue scalars; // none
    private final IValue plain;

    private PackedConv(Tensor weight, @Nullable Tensor bias) {
        nothing = held.nothing();
        padding = held.of(weight.size(3) / 2, weight.size(4) / 2);
        ones = held.of(1, 1);
        group = held.of(1);
        OperatorHandle pack = held.operator(PACK);
        for (long tap = 0; tap < weight.size(2); tap++) {
            taps.add(held.of(Packing.call(pack, held.of(weight.select(2, tap).contiguous()), padding, ones, ones, group, nothing)));
        }
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
        return Packing.gains(weight) ? Packing.tried(() -> new PackedConv(weight, bias)) : null;
    }

    /** @param x [B, T, H, W, C], fp32 @return [B, T - kt + 1, H, W, O] */
    public Tensor apply(Tensor x) {
        long[] s = x.shape();
        long frames = s[1] - taps.size() + 1;
        try (var scope = Scope.open("packed convolution")) {
            Tensor sum = null; // [B T, O, H, W]
            for (int tap = 0; tap < taps.size(); tap++) {
                Tensor seen = x.narrow(1, tap, frames).reshape(s[0] * frames, s[2], s[3], s[4]).permute(0, 3, 1, 2); // [B T, C, H, W]
                Tensor part = tap(seen, taps.get(tap), tap == 0 ? bias : nothing);
                sum = sum == null ? part : sum.addInPlace(part);
            }
            return scope.keep(sum.permute(0, 2, 3, 1).reshape(s[0], frames, s[2], s[3], sum.size(1)));
        }
    }

    private Tensor tap(Tensor x, IValue weight, IValue bias) {
        try (var s = new Strays()) {
            return Packing.call(operator, s.add(new IValue(x.raw())), weight, bias, padding, ones, ones, group, plain, scalars, nothing);
        }
    }

    @Override
    public void close() {
        held.close();
    }
}
