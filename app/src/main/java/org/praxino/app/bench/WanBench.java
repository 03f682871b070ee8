package org.praxino.app.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.FrameSize;
import org.praxino.app.cli.JsonResult;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.Version;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.StudentPlan;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.ModelSource;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gemm;
import org.praxino.tensor.Grad;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanFlops;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.WanTransformer;
import org.praxino.wan.WanVae;
import org.praxino.wan.folder.WanFolder;
import org.praxino.wan.folder.WanMemory;
import org.praxino.wan.folder.WanTask;

/** {@code bench wan}: measures the components of a causal Wan stream. */
public final class WanBench {
    private static final int BLOCK = 3;

    /** Tokens of a usual prompt. */
    private static final int PROMPT = 128;

    /**
     * Options of a benchmark.
     *
     * @param common model folder, file, repeats
     * @param random shape of a network with random weights, or null for the model folder
     * @param layers that are built, or null for all
     * @param blocks made in a row
     * @param window latent frames of the cache
     * @param text whether the text encoder is measured
     * @param decode whether the decoder is
     */
    public record Options(
            BenchOptions common, @Nullable String random, FrameSize size, @Nullable Integer layers, int blocks, int window, boolean text,
            boolean decode) implements JsonResult {
        @Override
        public @Nullable Path json() {
            return common.json();
        }

        public Options {
            if (size.width() < 16 || size.height() < 16 || size.width() % 16 != 0 || size.height() % 16 != 0) {
                throw new UserException("--size " + size + " is not possible: give multiples of 16");
            }
            if (layers != null && layers < 1) {
                throw new UserException("--layers " + layers + " is not possible: measure 1 or more");
            }
            if (blocks < 0 || blocks > 10_000 || window < BLOCK || window % BLOCK != 0) {
                throw new UserException("--blocks " + blocks + " and --window " + window
                        + " are not possible: give 0 or more, and a multiple of " + BLOCK);
            }
        }
    }

    private final Options options;
    private final CommandContext context;
    private final Device device;
    private final DType dtype;
    private final WanBenchNetworks parts;
    private final WanRecipe recipe;
    private final double peak;
    private final List<BenchReport.Row> rows = new ArrayList<>();

    private WanBench(Options options, CommandContext context, Device device, WanBenchNetworks parts, WanRecipe recipe, double peak) {
        this.options = options;
        this.context = context;
        this.device = device;
        this.dtype = context.dtypeOn(device);
        this.parts = parts;
        this.recipe = recipe;
        this.peak = peak;
    }

    public static int run(Options options, CommandContext context) {
        Device device = context.openDevice();
        DType dtype = context.dtypeOn(device);
        WanBenchNetworks parts = parts(options, device, dtype);
        WanRecipe recipe = options.random() == null ? folder(options).recipe() : WanRecipe.SELF_FORCING;
        WanReport report = new WanBench(options, context, device, parts, recipe.isCausal() ? recipe : WanRecipe.SELF_FORCING,
                Gemm.peak(device, dtype)).measure();
        report.print(context.console().out());
        if (options.common().json() != null) {
            context.console().writeJson(options.common().json(), report);
        }
        return 0;
    }

    private static WanFolder folder(Options options) {
        if (ModelSource.open(options.common().model()) instanceof ModelSource.Wan wan) {
            return wan.folder();
        }
        throw new UserException("-m " + options.common().model() + " is no model of Wan: name a folder of one, or measure random weights with"
                + " --random-weights 1.3b");
    }

    private static WanBenchNetworks parts(Options options, Device device, DType dtype) {
        return options.random() == null
                ? WanBenchNetworks.of(folder(options), device, dtype)
                : WanBenchNetworks.random(options.random(), options.layers(), device, dtype);
    }

    /** Rejects what would not fit in memory before allocating it; the text encoder is closed before the others are opened. */
    private void check() {
        int frames = 1 + (options.window() + BLOCK - 1) * parts.vae().timeFactor();
        var task = new WanTask(WanTask.Kind.STREAM, options.size().width(), options.size().height(), frames, false, dtype, dtype);
        WanMemory.of(parts.network(), parts.vae(), 0).check(task, Set.of(), device, new WanMemory.Need(0, 0));
        long text = options.text() ? parts.text().count() * dtype.bytes() : 0;
        long there = Backend.availableBytes(device);
        if (text > there) {
            throw new UserException("the text encoder takes " + WanMemory.gigabytes(text) + ", where " + WanMemory.gigabytes(there)
                    + " are free: leave it out with --no-text");
        }
    }

    private WanReport measure() {
        check();
        long free = Backend.availableBytes(device);
        WanConfig c = parts.network();
        int height = options.size().height() / parts.vae().spaceFactor();
        int width = options.size().width() / parts.vae().spaceFactor();
        int tokens = height / c.patchHeight() * (width / c.patchWidth());
        double text = options.text() ? text() : Double.NaN;
        double scale = (double) parts.layers() / c.layers(); // of the whole to what was built
        double first;
        double full;
        double write;
        WanReport.Row together;
        @Nullable Decoding decoding;
        try (var guard = Grad.off();
                var network = parts.openNetwork();
                @Nullable WanVae codec = options.decode() ? parts.openVae() : null;
                var scope = Scope.open("bench wan")) {
            int words = Math.min(PROMPT, c.textLength());
            Condition textCondition = new Condition.Text(normal(1, words, c.textDim()).to(dtype), Tensor.of(ones(words), 1, words).to(device));
            try (var prompt = network.prepare(textCondition, 1);
                    var cache = network.openCache(1, height, width, 0, options.window())) {
                DenoiserInput in = DenoiserInput.clips(
                        normal(1, c.outChannels(), BLOCK, height, width), Levels.all(1000, 1, BLOCK), textCondition);
                first = step("denoise step, first block", c, tokens, 0, () -> network.predict(in, prompt, new AttentionPolicy.Cached(cache, false)));
                cache.commit(options.window()); // what it holds does not matter
                DenoiserInput later = in.withFirstFrame(options.window());
                full = step("denoise step, full cache", c, tokens, options.window(), () -> network.predict(later, prompt, new AttentionPolicy.Cached(cache, false)));
                int[] next = {options.window()};
                write = step("cache write, full cache", c, tokens, options.window(), () -> {
                    Tensor out = network.predict(in.withFirstFrame(next[0]), prompt, new AttentionPolicy.Cached(cache, true));
                    next[0] += BLOCK;
                    return out;
                });
            }
            decoding = codec == null ? null : decoding(codec, height, width);
            together = codec != null && parts.layers() == c.layers() && options.blocks() > 0 ? consecutiveBlocks(network, codec, textCondition, height, width) : null;
        }
        int steps = recipe.levels().size();
        double block = (steps * full + write) * scale;
        @Nullable Double decoded = decoding == null ? null : (Double) (decoding.next * BLOCK);
        @Nullable Double firstFrame = decoding == null ? null : (Double) ((Double.isNaN(text) ? 0 : text) + steps * first * scale + decoding.first);
        List<Double> teraflops = IntStream.rangeClosed(0, options.window() / BLOCK)
                .mapToObj(b -> round(WanFlops.forward(c.withLayers(parts.layers()), 1, BLOCK, b * BLOCK, tokens, false) / 1e12)).toList();
        double share = rows.stream().filter(r -> r.name().endsWith("full cache")).findFirst().map(BenchReport.Row::share).orElse(0.0);
        long used = free == Long.MAX_VALUE ? 0 : Math.max(0, free - Backend.availableBytes(device)) >> 20;
        return new WanReport(
                "wan", Version.text(), MachineInfo.of(context), dtype.name().toLowerCase(Locale.ROOT), parts.name(), recipe.toString(),
                options.size().toString(), tokens, BLOCK * tokens, c.layers(), parts.layers(), steps, teraflops, first * scale,
                        full * scale, write * scale,
                Double.isNaN(text) ? null : (Double) text, decoded, 4 * BLOCK / block, decoded == null ? null
                        : (Double) (4 * BLOCK / (block + decoded)), firstFrame,
                together, peak, share, BenchReport.peakMemory(), device.isCuda() ? (Long) used : null, List.copyOf(rows));
    }

    /** Seconds of a stream's first latent frame, and of one after the second. */
    private record Decoding(double first, double next) {}

    private Decoding decoding(WanVae codec, int height, int width) {
        try (var decoder = codec.openDecoder()) {
            Tensor latent = normal(1, parts.vae().latentChannels(), 1, height, width);
            double first = once(() -> decoder.next(latent));
            once(() -> decoder.next(latent)); // the second is special too
            double next = best(() -> decoder.next(latent));
            rows.add(BenchReport.Row.of("decode", "a latent frame, 4 frames", next, WanFlops.decode(parts.vae(), height, width), peak));
            return new Decoding(first, next);
        }
    }

    private double text() {
        try (var encoder = parts.openText();
                var scope = Scope.open("bench text")) {
            Tensor ids = Tensor.of(new long[PROMPT], 1, PROMPT).to(device);
            Tensor mask = Tensor.of(ones(PROMPT), 1, PROMPT).to(DType.BOOL).to(device);
            double scale = (double) parts.textLayers() / parts.text().layers();
            double seconds = best(() -> encoder.forward(ids, mask));
            long weights = parts.text().count() - (long) parts.text().vocabulary() * parts.text().width();
            rows.add(BenchReport.Row.of("text", PROMPT + " tokens, " + parts.text().layers() + " layers", seconds, 2.0 * PROMPT * weights, peak));
            return seconds * scale;
        }
    }

    private double step(String name, WanConfig c, int tokens, int past, java.util.function.Supplier<Tensor> what) {
        double seconds = best(what);
        String shape = BLOCK * tokens + " tokens, " + (past + BLOCK) * tokens + " seen, " + c.layers() + " layers";
        rows.add(BenchReport.Row.of(name, shape, seconds, WanFlops.forward(c, 1, BLOCK, past, tokens, false), peak));
        return seconds;
    }

    /** As a stream does it: what the steps, the cache and the decoder come to in a row. */
    private WanReport.Row consecutiveBlocks(WanTransformer network, WanVae codec, Condition textCondition, int height, int width) {
        var plan = new BlockRollout.Plan(recipe.process(), new StudentPlan(BLOCK, recipe.levels(), 0, options.window()));
        var size = new BlockRollout.LatentSize(1, parts.network().outChannels(), height, width);
        double first = 0;
        int frames = 0;
        long start = System.nanoTime();
        try (var prompt = network.prepare(textCondition, 1);
                var rollout = new BlockRollout(network, plan, size, device);
                var decoder = codec.openDecoder()) {
            var noise = BlockRollout.Noise.seeded(1);
            for (int b = 0; b < options.blocks(); b++) {
                context.stop().check();
                try (var scope = Scope.open("block")) {
                    Tensor block = rollout.next(prompt, noise);
                    for (int t = 0; t < BLOCK; t++) {
                        Tensor video = decoder.next(block.narrow(2, t, 1));
                        frames += (int) video.size(2);
                        await(video);
                        first = first == 0 ? (System.nanoTime() - start) / 1e9 : first;
                    }
                }
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new WanReport.Row(options.blocks(), frames, seconds, frames / seconds, first);
    }

    private double best(java.util.function.Supplier<Tensor> what) {
        double best = once(what); // the first also warms up, and counts where it is the only one
        for (int i = 1; i < options.common().repeats(); i++) {
            best = Math.min(best, once(what));
        }
        return best;
    }

    private double once(java.util.function.Supplier<Tensor> what) {
        context.stop().check();
        try (var scope = Scope.open("once")) {
            long start = System.nanoTime();
            await(what.get());
            return (System.nanoTime() - start) / 1e9;
        }
    }

    /** A read-back waits for the device. */
    private void await(Tensor t) {
        if (device.isCuda()) {
            t.flatten(0, t.dim() - 1).narrow(0, 0, 1).item();
        }
    }

    private Tensor normal(long... shape) {
        return RandomStream.of(2, "bench").normal(shape).to(device);
    }

    private static float[] ones(int count) {
        float[] all = new float[count];
        java.util.Arrays.fill(all, 1);
        return all;
    }

    private static double round(double v) {
        return Math.round(v * 1000) / 1000.0;
    }
}
