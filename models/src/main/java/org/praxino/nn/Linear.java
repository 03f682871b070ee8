package org.praxino.nn;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Device;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.PackedLinear;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** {@code x·Wᵀ + b}. @param weight [out, in] @param bias [out] or null @param packed the same for frozen weights, or null */
public record Linear(Tensor weight, @Nullable Tensor bias, @Nullable PackedLinear packed) {
    public static Linear of(Params p, int in, int out, Init init) {
        Tensor weight = p.get("weight", init, out, in);
        Tensor bias = p.get("bias", Init.zeros(), out);
        return new Linear(weight, bias, p.packed(weight, bias));
    }

    /** The same layer on a device, in the caller's scope. */
    public Linear on(Device device) {
        return new Linear(weight.to(device), bias == null ? null : bias.to(device), null);
    }

    /** [..., in] -> [..., out]. */
    public Tensor apply(Tensor x) {
        return packed == null ? Ops.linear(x, weight, bias) : packed.apply(x);
    }

    /** As {@link #apply}, then GELU in its tanh approximation. */
    public Tensor applyGeluTanh(Tensor x) {
        if (packed != null) {
            return packed.applyGeluTanh(x);
        }
        Tensor inner = Ops.linear(x, weight, bias);
        Tensor active = inner.geluTanh();
        inner.close();
        return active;
    }

    /** Only channels {@code from .. from+count-1} of the output: [..., in] -> [..., count]. */
    public Tensor part(Tensor x, long from, long count) {
        return Ops.linear(x, weight.narrow(0, from, count), bias == null ? null : bias.narrow(0, from, count));
    }
}
