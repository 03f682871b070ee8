package org.praxino.walt;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.PackedLinear;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** {@code x·Wᵀ + b}. @param weight [out, in] @param bias [out] or null @param packed the same for frozen weights, or null */
record Linear(Tensor weight, @Nullable Tensor bias, @Nullable PackedLinear packed) {
    static Linear of(Params p, int in, int out, Init init) {
        Tensor weight = p.get("weight", init, out, in);
        Tensor bias = p.get("bias", Init.zeros(), out);
        return new Linear(weight, bias, p.packed(weight, bias));
    }

    Tensor apply(Tensor x) {
        return packed == null ? Ops.linear(x, weight, bias) : packed.apply(x);
    }

    /** Then GELU in its tanh approximation. */
    Tensor applyGeluTanh(Tensor x) {
        return packed == null ? Ops.linear(x, weight, bias).geluTanh() : packed.applyGeluTanh(x);
    }

    /** Only rows {@code from .. from+count-1} of the output. */
    Tensor part(Tensor x, long from, long count) {
        return Ops.linear(x, weight.narrow(0, from, count), bias == null ? null : bias.narrow(0, from, count));
    }
}
