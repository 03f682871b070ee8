package org.praxino.tensor;

import java.util.function.Supplier;

/** Measures the GEMM peak, the reference for speeds. */
public final class Gemm {
    private static final int N = 1024;

    private Gemm() {}

    /**
     * Best speed in GFLOP/s of the product of two 1024×1024 matrices in {@code dtype} over ten tries, each by libtorch's matrix product
     * and by {@link Ops#linear}: which of them is faster depends on the processor and the type.
     *
     * @return at least some positive number; waits for the device
     */
    public static double peak(Device device, DType dtype) {
        try (var guard = Grad.off();
                var scope = Scope.open("gemm")) {
            var random = RandomStream.of(0, "gemm");
            Tensor a = random.normal(N, N).to(device).to(dtype);
            Tensor b = random.normal(N, N).to(device).to(dtype);
            double seconds = Math.min(best(device, () -> a.matmul(b)), best(device, () -> Ops.linear(a, b, null)));
            return 2.0 * N * N * N / seconds / 1e9;
        }
    }

    /** Least time of one product. */
    private static double best(Device device, Supplier<Tensor> product) {
        int products = device.isCuda() ? 100 : 1;
        double best = Double.MAX_VALUE;
        for (int i = 0; i <= 10; i++) { // the first warms up
            try (var inner = Scope.open("try")) {
                long start = System.nanoTime();
                Tensor c = product.get();
                for (int p = 1; p < products; p++) {
                    c = product.get();
                }
                if (device.isCuda()) {
                    c.narrow(0, 0, 1).sum().item(); // the read-back waits for the device
                }
                best = i == 0 ? best : Math.min(best, (System.nanoTime() - start) * 1e-9 / products);
            }
        }
        return best;
    }
}
