package org.praxino.app.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.Version;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Ddim;
import org.praxino.diffusion.Guidance;
import org.praxino.diffusion.Guided;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.StepListener;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gemm;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.CodecFlops;
import org.praxino.walt.WaltCodec;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltFlops;
import org.praxino.walt.WaltTransformer;

/** {@code bench generate --preset}: a published transformer and tokenizer with random weights, one DDIM step from noise and the decoder, end to end. */
final class PresetGenerateBench {
    private PresetGenerateBench() {}

    static int run(BenchOptions options, BenchOptions.PresetOptions preset, CommandContext context) {
        Device device = context.openDevice();
        DType dtype = context.dtypeOn(device);
        double startup = BenchReport.sinceStart();
        WaltConfig c = preset.network();
        var t = c.tokens();
        int height = t.gridHeight() * t.patch();
        int width = t.gridWidth() * t.patch();
        boolean told = c.text().dim() > 0; // the paper guides its text models only
        double peak = Gemm.peak(device, dtype);
        var rows = new ArrayList<BenchReport.Row>();
        CodecConfig codecConfig = CodecConfig.published(t.latentChannels());
        try (var scope = Scope.open("bench generate");
                var network = network(c, device, dtype);
                var codec = codec(codecConfig, device, dtype)) {
            DenoiserInput in = PresetInput.of(c, preset.batch(), device);
            double flops = WaltFlops.forward(c, (told ? 2 : 1) * preset.batch(), t.frames(), height, width, PresetInput.words(c));
            double step = Double.MAX_VALUE;
            double decode = Double.MAX_VALUE;
            for (int i = 0; i < options.repeats(); i++) {
                context.stop().check();
                try (var repeat = Scope.open("repeat");
                        var guided = new Guided(network, Process.walt(), in, new Condition.None(), new Guidance.Constant(told ? 6 : 1), AttentionPolicy.FULL,
                                c.inputs().selfConditioning())) {
                    long start = System.nanoTime();
                    Tensor latent = Ddim.sample(Process.walt(), Ddim.trailing(1000, 1), in.noisy(), guided, in.given(), StepListener.SILENT);
                    latent.sum().item();
                    step = Math.min(step, (System.nanoTime() - start) / 1e9);
                    start = System.nanoTime();
                    codec.decode(latent).sum().item();
                    decode = Math.min(decode, (System.nanoTime() - start) / 1e9);
                }
            }
            rows.add(BenchReport.Row.of("one step of 50" + (told ? ", guided" : ""), PresetInput.shape(c, preset.batch()), step, flops, peak));
            int frames = codecConfig.frames(t.frames());
            int f = codecConfig.spaceFactor();
            rows.add(BenchReport.Row.of("decoding", preset.batch() + " x " + frames + " frames of " + width * f + "x" + height * f, decode,
                    preset.batch() * CodecFlops.decode(codecConfig, frames, height * f, width * f), peak));
        }
        var report = new BenchReport("generate", Version.text(), MachineInfo.of(context), dtype.name().toLowerCase(Locale.ROOT), peak,
                rows.getFirst().share(), 50 * rows.getFirst().seconds() + rows.getLast().seconds(), startup, BenchReport.peakMemory(), List.copyOf(rows));
        report.print(context.console().out());
        if (options.json() != null) {
            context.console().writeJson(options.json(), report);
        }
        return 0;
    }

    private static WaltTransformer network(WaltConfig c, Device device, DType dtype) {
        try (var counted = new WaltTransformer(c, Params.counting());
                var weights = RandomWeights.of(RandomWeights.shapes(counted.params()))) {
            return new WaltTransformer(c, Params.load(weights, device, dtype, "random weights"));
        }
    }

    private static WaltCodec codec(CodecConfig c, Device device, DType dtype) {
        try (var counted = new WaltCodec(c, Params.counting());
                var weights = RandomWeights.of(RandomWeights.shapes(counted.params()))) {
            return new WaltCodec(c, Params.load(weights, device, dtype, "random weights"));
        }
    }
}
