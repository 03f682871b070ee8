package org.praxino.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.praxino.tensor.Grad.NativeTemporaries;

/**
 * GELU in its tanh approximation (arXiv 1606.08415): {@code ½x(1 + tanh u) = x·σ(2u)} with {@code u = √(2/π)·(x + 0.044715x³)}. libtorch's
 * kernel for the CPU spends its time in tanh; its sigmoid is quicker, and gives the same value.
 */
final class Gelu {
    private static final double TWICE = 2 * Math.sqrt(2 / Math.PI);
    private static final double CUBE = 0.044715 * TWICE;

    private Gelu() {}

    /** The same to rounding in fp32; through libtorch's kernel where a gradient is recorded, on other devices and in other number formats. */
    static Tensor tanh(Tensor x) {
        if (Grad.isOn() || x.raw().is_cuda() || x.dtype() != DType.F32) {
            return Tensor.wrap(torch.gelu(x.raw(), "tanh"));
        }
        try (var s = new NativeTemporaries()) {
            var y = x.raw().square();
            y.mul_(s.add(new Scalar(CUBE)));
            y.add_(s.add(new Scalar(TWICE)));
            y.mul_(x.raw());
            y.sigmoid_();
            y.mul_(x.raw());
            return Tensor.wrap(y);
        }
    }
}
