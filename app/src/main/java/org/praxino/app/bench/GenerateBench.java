package org.praxino.app.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.Version;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gemm;

/** {@code bench generate}: measures a whole clip, step by step, against the GEMM peak. */
public final class GenerateBench {
    private GenerateBench() {}

    public static int run(BenchOptions options, CommandContext context) {
        if (options.preset() != null) {
            return PresetGenerateBench.run(options, options.preset(), context);
        }
        Device device = context.openDevice();
        DType dtype = context.dtypeOn(device);
        var rows = new ArrayList<BenchReport.Row>();
        double startup;
        double peak;
        double best = Double.MAX_VALUE;
        double share = 0;
        try (var model = VideoModel.open(options.model(), device, dtype)) {
            var request = model.resolve(GenerateRequest.of("a ferris wheel spinning").withSeed(1).withTeacher(true));
            // Start-up ends when the first step of a first clip is done; that clip also warms the machine up.
            double[] first = {0};
            model.generate(request.request().withSteps(2), (done, of, note) -> first[0] = first[0] == 0 ? BenchReport.sinceStart() : first[0]);
            startup = first[0];
            peak = Gemm.peak(device, dtype);
            for (int i = 0; i < options.repeats(); i++) {
                context.stop().check();
                var times = new ArrayList<Long>();
                long start = System.nanoTime();
                double whole = model.generate(request, (done, of, note) -> {
                    context.stop().check();
                    times.add(System.nanoTime());
                }).seconds();
                if (whole < best) {
                    best = whole;
                    int steps = request.steps();
                    double denoising = (times.get(steps - 1) - start) / 1e9;
                    double flops = steps * model.stepFlops(request);
                    var shape = "%d steps, guidance %s, %d frames".formatted(steps, request.guidance(), request.frames());
                    rows.clear();
                    rows.add(BenchReport.Row.of("denoising", shape, denoising, flops, peak));
                    rows.add(BenchReport.Row.of("decoding", request.frames() + " frames", whole - denoising, model.decodeFlops(request), peak));
                    share = rows.getFirst().share();
                }
            }
        }
        var report = new BenchReport("generate", Version.text(), MachineInfo.of(context), dtype.name().toLowerCase(Locale.ROOT), peak,
                share, best, startup, BenchReport.peakMemory(), List.copyOf(rows));
        report.print(context.console().out());
        if (options.json() != null) {
            context.console().writeJson(options.json(), report);
        }
        return 0;
    }
}
