package org.praxino.app.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.praxino.app.bench.BenchReport.Row;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.Version;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gemm;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Ops;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/** {@code bench gemm}: measures the GEMM peak and the models' main operations. */
public final class GemmBench {
    private final Device device;
    private final DType dtype;
    private final int repeats;
    private final RandomStream random = RandomStream.of(0, "bench");

    private GemmBench(Device device, DType dtype, int repeats) {
        this.device = device;
        this.dtype = dtype;
        this.repeats = repeats;
    }

    public static int run(BenchOptions options, CommandContext context) throws IOException {
        Device device = context.openDevice();
        DType dtype = context.dtypeOn(device);
        double startup = BenchReport.sinceStart();
        double peak = Gemm.peak(device, dtype);
        List<Row> rows = new GemmBench(device, dtype, options.repeats()).rows(peak, context.stop());
        Row linear = rows.getFirst();
        var report = new BenchReport("gemm", Version.text(), MachineInfo.of(context), dtype.name().toLowerCase(Locale.ROOT), peak,
                linear.share(), linear.seconds(), startup, BenchReport.peakMemory(), rows);
        report.print(context.console().out());
        if (options.json() != null) {
            context.console().writeJson(options.json(), report);
        }
        return 0;
    }

    private List<Row> rows(double peak, StopSignal stop) {
        var rows = new ArrayList<Row>();
        try (var guard = Grad.off();
                var scope = Scope.open("bench gemm")) {
            Tensor x = normal(2560, 384);
            Tensor w = normal(1152, 384);
            add(rows, peak, "linear", "[2560, 384] x [384, 1152]", 2.0 * 2560 * 384 * 1152, () -> Ops.linear(x, w, null));
            stop.check();
            Tensor q = normal(5, 6, 256, 64); // [B, N, L, D]
            add(rows, peak, "attention, 256 keys", "[5, 6, 256, 64]", 4.0 * 5 * 6 * 256 * 256 * 64, () -> Ops.attention(q, q, q, null));
            stop.check();
            Tensor few = normal(1, 6, 256, 64);
            Tensor many = normal(1, 6, 2560, 64);
            add(rows, peak, "attention, 2560 keys", "[1, 6, 256 x 2560, 64]", 4.0 * 6 * 256 * 2560 * 64,
                    () -> Ops.attention(few, many, many, null));
            stop.check();
            Tensor video = normal(1, 5, 66, 66, 64).permute(0, 4, 1, 2, 3); // [B, C, T, H, W], channels last in memory
            Tensor kernel = normal(64, 64, 3, 3, 3);
            double flops = 2.0 * 27 * 64 * 64 * 3 * 64 * 64;
            Supplier<Tensor> conv = () -> Ops.conv3d(video, kernel, null, new long[] {1, 1, 1}, new long[] {0, 0, 0});
            add(rows, peak, "conv3d 3x3x3", "[1, 64, 5, 66, 66] x 64", flops, conv);
            add(rows, peak, "conv3d, as training does it", "[1, 64, 5, 66, 66] x 64", flops, () -> {
                try (var on = Grad.on()) { // libtorch's own kernel
                    return conv.get();
                }
            });
        }
        return List.copyOf(rows);
    }

    private void add(List<Row> rows, double peak, String name, String shape, double flops, Supplier<Tensor> op) {
        rows.add(Row.of(name, shape, best(op), flops, peak));
    }

    /** Seconds of the best of the repeats; a first call outside the count warms up. */
    private double best(Supplier<Tensor> op) {
        double best = Double.MAX_VALUE;
        for (int i = -1; i < repeats; i++) {
            try (var scope = Scope.open("repeat")) {
                long start = System.nanoTime();
                Tensor y = op.get();
                if (device.isCuda()) {
                    y.flatten(0, y.dim() - 1).narrow(0, 0, 1).item(); // the read-back waits for the device
                }
                if (i >= 0) {
                    best = Math.min(best, (System.nanoTime() - start) / 1e9);
                }
            }
        }
        return best;
    }

    private Tensor normal(long... shape) {
        return random.normal(shape).to(device).to(dtype);
    }
}
