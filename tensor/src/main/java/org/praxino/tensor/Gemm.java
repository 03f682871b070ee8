package org.praxino.tensor;

/** The measured ceiling that speeds are compared with. */
public final class Gemm {
    private static final int N = 1024;

    private Gemm() {}

    /**
     * Best speed in GFLOP/s of the product of two 1024×1024 matrices in {@code dtype} over ten tries.
     *
     * @return at least some positive number; waits for the device
     */
    public static double peak(Device device, DType dtype) {
        try (var guard = Grad.off();
                var scope = Scope.open("gemm")) {
            var random = RandomStream.of(0, "gemm");
            Tensor a = random.normal(N, N).to(device).to(dtype);
            Tensor b = random.normal(N, N).to(device).to(dtype);
            int products = device.isCuda() ? 100 : 1;
            double best = Double.MAX_VALUE;
            a.matmul(b).sum().item(); // warms up; the read-back waits for the device
            for (int i = 0; i < 10; i++) {
                try (var inner = Scope.open("try")) {
                    long start = System.nanoTime();
                    Tensor c = a;
                    for (int p = 0; p < products; p++) {
                        c = a.matmul(b);
                    }
                    if (device.isCuda()) {
                        c.narrow(0, 0, 1).sum().item();
                    }
                    best = Math.min(best, (System.nanoTime() - start) * 1e-9 / products);
                }
            }
            return 2.0 * N * N * N / best / 1e9;
        }
    }
}
