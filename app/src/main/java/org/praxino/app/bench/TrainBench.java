package org.praxino.app.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.ModelOption;
import org.praxino.app.cli.Version;
import org.praxino.condition.DenoiserInput;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.io.Json;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelRepository;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.Autocast;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gemm;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltFlops;
import org.praxino.walt.WaltPresets;
import org.praxino.walt.WaltTransformer;
import tools.jackson.databind.JsonNode;

/** {@code bench train}: measures a transformer's forward pass and training step against the GEMM peak. */
public final class TrainBench {
    private static final int BATCH = 8;

    private TrainBench() {}

    public static int run(BenchOptions options, CommandContext context) {
        Device device = context.openDevice();
        DType dtype = context.dtypeOn(device);
        double startup = BenchReport.sinceStart();
        BenchOptions.PresetOptions preset = options.preset();
        WaltConfig c = preset == null ? network(options.model()) : preset.network();
        int batch = preset == null ? BATCH : preset.batch();
        var t = c.tokens();
        double forward = WaltFlops.forward(c, batch, t.frames(), t.gridHeight() * t.patch(), t.gridWidth() * t.patch(), PresetInput.words(c));
        var rows = new ArrayList<BenchReport.Row>();
        double peak = Gemm.peak(device, dtype);
        try (var scope = Scope.open("bench train");
                var network = new WaltTransformer(c, Params.initialise(1, device));
                var adam = new AdamW(network.params(), new AdamW.Settings(0.9, 0.98, 1e-8, 0.01))) {
            DenoiserInput in = PresetInput.of(c, batch, device);
            String shape = PresetInput.shape(c, batch);
            double pass = best(options.repeats(), context, () -> {
                try (var guard = Grad.off();
                        var cast = Autocast.on(device, dtype)) {
                    network.predict(in, AttentionPolicy.FULL).sum().item();
                }
            });
            rows.add(BenchReport.Row.of("transformer forward", shape, pass, forward, peak));
            network.params().trainable(true);
            double step = best(options.repeats(), context, () -> {
                Tensor loss;
                try (var cast = Autocast.on(device, dtype)) {
                    loss = network.predict(in, AttentionPolicy.FULL).square().mean();
                }
                loss.backward();
                Gradients.clip(network.params().tensors(), 1);
                adam.step(1e-4);
                Gradients.clear(network.params().tensors());
            });
            rows.add(BenchReport.Row.of("training step", shape, step, 3 * forward, peak));
        }
        BenchReport.Row step = rows.getLast();
        var report = new BenchReport("train", Version.text(), MachineInfo.of(context), dtype.name().toLowerCase(Locale.ROOT), peak,
                step.share(), step.seconds(), startup, BenchReport.peakMemory(), List.copyOf(rows));
        report.print(context.console().out());
        if (options.json() != null) {
            context.console().writeJson(options.json(), report);
        }
        return 0;
    }

    /** The network of a model at hand; while the bundled one is not, its preset. */
    private static WaltConfig network(String model) {
        var models = ModelRepository.defaults();
        if (model.equals(ModelOption.DEFAULT) && models.all().stream().noneMatch(p -> p.endsWith(model))) {
            return WaltPresets.EMOJI_128;
        }
        ModelFolder folder = models.open(model);
        return Json.fromTree(folder.config(ModelFolder.DENOISER, JsonNode.class).path("network"), folder.path().toString(), WaltConfig.class);
    }

    private static double best(int repeats, CommandContext context, Runnable work) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i <= repeats; i++) { // the first one warms up
            context.stop().check();
            try (var scope = Scope.open("repeat")) {
                long start = System.nanoTime();
                work.run();
                if (i > 0) {
                    best = Math.min(best, (System.nanoTime() - start) / 1e9);
                }
            }
        }
        return best;
    }
}
