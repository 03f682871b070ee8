package org.praxino.walt;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** {@code x·Wᵀ + b}. @param weight [out, in] @param bias [out] or null */
record Linear(Tensor weight, @Nullable Tensor bias) {
    static Linear of(Params p, int in, int out, Init init) {
        return new Linear(p.get("weight", init, out, in), p.get("bias", Init.zeros(), out));
    }

    Tensor apply(Tensor x) {
        return Ops.linear(x, weight, bias);
    }

    /** Only rows {@code from .. from+count-1} of the output. */
    Tensor part(Tensor x, long from, long count) {
        return Ops.linear(x, weight.narrow(0, from, count), bias == null ? null : bias.narrow(0, from, count));
    }
}
