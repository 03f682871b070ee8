package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.List;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.Process;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Progress;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.text.TextStates;

/** Measures a {@link FlowLossReport}. */
public final class FlowLosses {
    private static final int BANDS = 5;
    private static final double MOST = 1000;
    private static final int AT_ONCE = 8;

    private FlowLosses() {}

    /**
     * @param latents of the clips, each [C, T, H, W], all of one shape; two at least, so that captions can be shuffled
     * @param texts of their captions, in the same order
     * @param seed of the noise
     */
    public static FlowLossReport measure(
            Denoiser network, Process process, List<Tensor> latents, TextStates texts, Device device, long seed, Progress progress) {
        int n = latents.size();
        if (n < 2) {
            throw new IllegalArgumentException("captions of " + n + " clip(s) cannot be shuffled: two are needed");
        }
        var bands = new ArrayList<FlowLossReport.Band>();
        try (var guard = Grad.off()) {
            for (int band = 0; band < BANDS; band++) {
                double width = MOST / BANDS;
                double[] sums = new double[3];
                for (int from = 0; from < n; from += AT_ONCE) {
                    int count = Math.min(AT_ONCE, n - from);
                    try (var scope = Scope.open("flow loss")) {
                        Tensor clean = Tensor.stack(latents.subList(from, from + count), 0).to(device).to(DType.F32); // [B, C, T, H, W]
                        int frames = (int) clean.size(2);
                        double[][] levels = new double[count][frames];
                        for (int i = 0; i < count; i++) { // stratified within the band
                            java.util.Arrays.fill(levels[i], band * width + (from + i + 0.5) / n * width);
                        }
                        Levels level = Levels.of(levels);
                        Tensor noise = RandomStream.of(seed, "flow loss " + band, from).normal(clean.shape()).to(device);
                        Tensor noisy = process.noisy(clean, noise, level);
                        Tensor target = process.target(clean, noise, level);
                        for (int kind = 0; kind < sums.length; kind++) {
                            Condition.Text text = text(texts, from, count, n, kind == 1 ? n / 2 : 0, device);
                            boolean[] dropped = new boolean[count];
                            java.util.Arrays.fill(dropped, kind == 2);
                            var in = DenoiserInput.clips(noisy, level, text.dropped(dropped));
                            Tensor error = network.predict(in, AttentionPolicy.FULL).sub(target);
                            sums[kind] += error.square().mean().item() * count;
                        }
                    }
                }
                bands.add(new FlowLossReport.Band(band * width, (band + 1) * width, sums[0] / n, sums[1] / n, sums[2] / n));
                progress.update(band + 1, BANDS, "bands of noise");
            }
        }
        return new FlowLossReport(n, bands);
    }

    /** Texts of {@code count} clips from {@code from} on, or of those {@code shift} further. */
    private static Condition.Text text(TextStates texts, int from, int count, int n, int shift, Device device) {
        long[] rows = new long[count];
        for (int i = 0; i < count; i++) {
            rows[i] = (from + i + shift) % n;
        }
        Tensor index = Tensor.of(rows, count);
        return new Condition.Text(
                texts.states().indexSelect(0, index).to(device).to(DType.F32), texts.mask().indexSelect(0, index).to(device));
    }
}
