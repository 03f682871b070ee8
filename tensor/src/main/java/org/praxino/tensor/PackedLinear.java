package org.praxino.tensor;

import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.OperatorHandle;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Grad.NativeTemporaries;

/**
 * A linear layer whose weight has the memory layout of oneDNN's kernels, so that it is not reordered at every call: with few tokens, as in
 * a stream's block, that shows. For weights that do not change; without gradients. Owns a second copy of the weight, which stays the
 * caller's.
 */
public final class PackedLinear implements AutoCloseable {
    private static final String PACK = "mkldnn::_reorder_linear_weight";
    private static final String APPLY = "mkldnn::_linear_pointwise";

    private final OneDnnCalls held = new OneDnnCalls();
    private final OperatorHandle operator;
    private final IValue weight;
    private final IValue bias;
    private final IValue nothing;
    private final IValue scalars; // none
    private final IValue plain;

    private PackedLinear(Tensor weight, @Nullable Tensor bias) {
        nothing = held.nothing();
        this.weight = held.of(OneDnnCalls.call(held.operator(PACK), held.of(weight), nothing));
        this.bias = held.of(bias);
        operator = held.operator(APPLY);
        scalars = held.none("Optional[number]");
        plain = held.of("none");
    }

    /** @param weight [O, I] @param bias [O] or null @return null where there is nothing to gain: on other devices than the CPU, and not in fp32 */
    public static @Nullable PackedLinear of(Tensor weight, @Nullable Tensor bias) {
        return OneDnnCalls.gains(weight) ? OneDnnCalls.probe(() -> new PackedLinear(weight, bias)) : null;
    }

    /** {@code x · weightᵀ + bias}. @param x [..., I], fp32 @return [..., O] */
    public Tensor apply(Tensor x) {
        try (var s = new NativeTemporaries()) {
            return OneDnnCalls.call(operator, s.add(new IValue(x.raw())), weight, bias, plain, scalars, nothing);
        }
    }

    /** As {@link #apply}, then GELU in its tanh approximation. */
    public Tensor applyGeluTanh(Tensor x) {
        Tensor y = apply(x);
        Tensor active = Gelu.tanh(y); // the kernel's own GELU takes longer than this
        y.close();
        return active;
    }

    @Override
    public void close() {
        held.close();
    }
}
