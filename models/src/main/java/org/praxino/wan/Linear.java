package org.praxino.wan;

import org.praxino.tensor.Device;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** {@code x·Wᵀ + b}. @param weight [out, in] @param bias [out] */
record Linear(Tensor weight, Tensor bias) {
    static Linear of(Params p, int in, int out, Init init) {
        return new Linear(p.get("weight", init, out, in), p.get("bias", Init.zeros(), out));
    }

    Linear on(Device device) {
        return new Linear(weight.to(device), bias.to(device));
    }

    Tensor apply(Tensor x) {
        return Ops.linear(x, weight, bias);
    }
}
