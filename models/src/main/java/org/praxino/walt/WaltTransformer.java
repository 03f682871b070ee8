package org.praxino.walt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Given;
import org.praxino.condition.Kind;
import org.praxino.condition.LowRes;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.diffusion.KvCache;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Rotary;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.walt.WaltLayer.Call;
import org.praxino.walt.WaltLayer.Past;
import org.praxino.walt.WaltLayer.Run;
import org.praxino.walt.WaltLayer.Words;

/**
 * The W.A.L.T transformer (arXiv 2312.06662, sections 3.2 to 3.5): window attention that alternates between one latent frame and one
 * block of all frames, modulated by level and class, with cross-attention to text. docs/walt.md tells what is the paper's.
 *
 * <p>B batch, T latent frames, H W tokens, C width, N heads, D head width, L tokens of a window, S text tokens, M texts, r rank.
 * Tokens stay [B, T, H, W, C] contiguous throughout; only layers over time copy them into windows and back.
 */
public final class WaltTransformer implements TrainableDenoiser {
    private final WaltConfig config;
    private final Params params;
    private final Linear patch;
    private final @Nullable Tensor lowKernel; // [4c, c, 3, 3]
    private final @Nullable Tensor lowBias; // [4c]
    private final Tensor space; // [H·W, C]
    private final Tensor time; // LEARNED [T, C], ROTARY [1, C]: the first frame's mark
    private final LevelEmbedding level;
    private final @Nullable LevelEmbedding lowLevel;
    private final @Nullable Tensor classes; // [classes + 1, C], the last for none
    private final @Nullable Linear text;
    private final @Nullable Tensor nullText; // [1, 1, C]
    private final @Nullable Tensor textMean; // [textDim], never trained
    private final @Nullable Tensor textStd; // [textDim], never trained
    private final @Nullable Linear pooledText;
    private final List<WaltLayer> layers = new ArrayList<>();
    private final Linear finalModulation;
    private final Linear out;

    /** Asks {@code params} for every weight; the transformer then owns them. */
    public WaltTransformer(WaltConfig config, Params params) {
        this.config = config;
        this.params = params;
        int c = config.dim();
        int area = config.patch() * config.patch();
        boolean learned = config.time() == WaltConfig.TimePosition.LEARNED;
        patch = Linear.of(params.at("patch"), config.inputChannels() * area, c, Init.xavier());
        int z = config.latentChannels();
        lowKernel = config.lowResolution() ? params.at("low").get("weight", Init.xavier(), 4L * z, z, 3, 3) : null;
        lowBias = config.lowResolution() ? params.at("low").get("bias", Init.zeros(), 4L * z) : null;
        space = params.at("position").get("space", config.axial() ? sineCosine(config) : Init.normal(0.02), (long) config.gridHeight() * config.gridWidth(), c);
        time = params.at("position").get(learned ? "time" : "first", Init.normal(0.02), learned ? config.frames() : 1, c);
        level = new LevelEmbedding(params.at("level"), c);
        lowLevel = config.lowResolution() ? new LevelEmbedding(params.at("low_level"), c) : null;
        classes = config.classes() > 0 ? params.at("class").get("table", Init.normal(0.02), config.classes() + 1, c) : null;
        boolean told = config.textDim() > 0;
        text = told ? Linear.of(params.at("text.project"), config.textDim(), c, Init.xavier()) : null;
        nullText = told ? params.at("text").get("null", Init.normal(0.02), 1, 1, c) : null;
        textMean = config.textNorm() ? params.at("text").get("mean", Init.zeros(), config.textDim()) : null;
        textStd = config.textNorm() ? params.at("text").get("std", Init.ones(), config.textDim()) : null;
        pooledText = told ? Linear.of(params.at("text.pooled"), c, c, Init.normal(0.02)) : null;
        for (int i = 0; i < config.layers(); i++) {
            layers.add(new WaltLayer(params.at("layers." + i), config, i));
        }
        finalModulation = Linear.of(params.at("final.modulation"), c, 2 * c, Init.zeros());
        out = Linear.of(params.at("final.out"), c, z * area, Init.zeros());
        params.finish();
    }

    /** Sines, then cosines, of row·10000^(−4j/C), then of the column: a quarter of the channels each. */
    private static Init sineCosine(WaltConfig config) {
        int quarter = config.dim() / 4;
        float[] table = new float[config.gridHeight() * config.gridWidth() * config.dim()];
        for (int i = 0; i < table.length; i++) {
            int token = i / config.dim();
            int channel = i % config.dim();
            int place = channel < 2 * quarter ? token / config.gridWidth() : token % config.gridWidth();
            double angle = place * Math.pow(10_000, -(double) (channel % quarter) / quarter);
            table[i] = (float) (channel / quarter % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
        }
        return new Init.Computed(random -> Tensor.of(table, (long) config.gridHeight() * config.gridWidth(), config.dim()));
    }

    public WaltConfig config() {
        return config;
    }

    /**
     * Sets the statistics that text is whitened by, of a network with {@link WaltConfig#textNorm}: mean and standard deviation of each
     * channel over all real tokens. They are rounded to bf16, so that a network stored in that type computes the same.
     *
     * @param states [M, S, text width]
     * @param mask [M, S], 1 for real tokens and 0 for padding
     */
    public void setTextStatistics(Tensor states, Tensor mask) {
        if (textMean == null || textStd == null) {
            throw new UserException("this model has no statistics of text: it was made with textNorm=false");
        }
        if (states.dim() != 3 || states.size(2) != config.textDim()) {
            throw new ShapeException("text states", "[M, S, " + config.textDim() + "]", states.shape());
        }
        try (var off = Grad.off();
                var scope = Scope.open("text statistics")) {
            TextStatistics measured = TextStatistics.of(states, mask);
            textMean.copyFrom(measured.mean().to(DType.BF16).to(textMean.dtype()));
            textStd.copyFrom(measured.std().to(DType.BF16).to(textStd.dtype()));
        }
    }

    @Override
    public Params params() {
        return params;
    }

    @Override
    public double flops(long[] latent, int words) {
        return WaltFlops.forward(config, 1, (int) latent[1], (int) latent[2], (int) latent[3], words);
    }

    @Override
    public boolean selfConditioning() {
        return config.selfConditioning();
    }

    @Override
    public void close() {
        params.close();
    }

    /** The last layer looks over time, so after its keys and values nothing more is needed. */
    @Override
    public void remember(DenoiserInput in, KvCache cache) {
        if (WaltConfig.spatial(layers.size() - 1)) {
            TrainableDenoiser.super.remember(in, cache);
            return;
        }
        var policy = new AttentionPolicy.Cached(cache, true);
        Grid g = grid(in, policy);
        try (var off = Grad.off();
                var scope = Scope.open("walt remember")) {
            Entry entry = enter(in, g, policy);
            Tensor x = entry.x;
            for (WaltLayer layer : layers.subList(0, layers.size() - 1)) {
                Tensor next = layer.forward(x, entry.call);
                x.close();
                x = next;
            }
            layers.getLast().remember(x, entry.call);
            cache.commit(g.frames());
        }
    }

    @Override
    public Tensor predict(DenoiserInput in, AttentionPolicy policy) {
        Grid g = grid(in, policy);
        try (var scope = Scope.open("walt")) {
            Entry entry = enter(in, g, policy);
            Tensor x = entry.x;
            for (WaltLayer layer : layers) {
                Tensor next = layer.forward(x, entry.call);
                x.close(); // what the backward pass needs of it, it holds itself
                x = next;
            }
            if (policy instanceof AttentionPolicy.Cached cached && cached.write()) {
                cached.cache().commit(g.frames());
            }
            return scope.keep(leave(x, entry.call.told(), g));
        }
    }

    @Override
    public void backward(DenoiserInput in, AttentionPolicy policy, Tensor gradient) {
        if (policy instanceof AttentionPolicy.Cached cached && cached.write()) {
            throw new IllegalArgumentException("a pass that writes its cache has no gradient");
        }
        Grid g = grid(in, policy);
        try (var scope = Scope.open("walt backward")) {
            var inputs = new ArrayList<Tensor>(); // of each layer, then of the end
            Call call;
            try (var off = Grad.off()) {
                Entry entry = enter(in, g, policy);
                inputs.add(entry.x);
                for (WaltLayer layer : layers) {
                    inputs.add(layer.forward(inputs.getLast(), entry.call));
                }
                call = entry.call.apart();
            }
            Tensor due = layered(inputs.getLast(), gradient, x -> leave(x, call.told(), g));
            for (int i = layers.size() - 1; i >= 0; i--) {
                WaltLayer layer = layers.get(i);
                inputs.removeLast().close();
                due = layered(inputs.getLast(), due, x -> layer.forward(x, call));
            }
            Entry again = enter(in, g, policy);
            Tensor sum = again.x.mul(due).sum();
            List<Tensor> shared = again.call.shared();
            List<Tensor> leaves = call.shared();
            for (int i = 0; i < shared.size(); i++) {
                if (leaves.get(i).hasGrad()) {
                    sum = sum.add(shared.get(i).mul(leaves.get(i).grad()).sum());
                }
            }
            sum.backward();
        }
    }

    /** Gradient of {@code input}, that of the output being {@code due}. */
    private static Tensor layered(Tensor input, Tensor due, UnaryOperator<Tensor> pass) {
        try (var scope = Scope.open("layer again")) {
            Tensor leaf = input.detach().requiresGrad(true);
            pass.apply(leaf).backward(due);
            return scope.keep(leaf.grad());
        }
    }

    private Grid grid(DenoiserInput in, AttentionPolicy policy) {
        Tensor noisy = in.noisy();
        if (noisy.size(1) != config.latentChannels()) {
            throw new ShapeException("noisy latent", "[B, " + config.latentChannels() + ", T, H, W]", noisy.shape());
        }
        Grid g = Grid.of(config, noisy.shape());
        if (policy instanceof AttentionPolicy.TeacherForced && g.frames() % 2 != 0) {
            throw new UserException(g.frames() + " latent frames are no clean clip followed by a noisy one: their number must be even");
        }
        return g;
    }

    /** What goes into the first layer, [B, T, H, W, C], and what all layers share. */
    private record Entry(Tensor x, Call call) {}

    private Entry enter(DenoiserInput in, Grid g, AttentionPolicy policy) {
        Tensor x = embed(in, g, policy);
        Recall recall = policy instanceof AttentionPolicy.Cached p && !Grad.isOn() && Recall.knows(in) ? p.cache().beside(Recall.class, Recall::new) : null;
        if (recall == null) {
            Words words = words(in);
            return new Entry(x, call(in, g, policy, all(in, g, words), words));
        }
        Recall.Prompt prompt = recall.prompt(in, () -> words(in));
        Told told = prompt.told(in.level(), () -> all(in, g, prompt.words()));
        return new Entry(x, call(in, g, policy, told, prompt.words()));
    }

    private Told all(DenoiserInput in, Grid g, @Nullable Words words) {
        Tensor told = told(in, g, words);
        return Told.once(told, config.adaLnRank() > 0 ? layers.getFirst().modulation(told, null) : null);
    }

    /** From the last layer to the prediction. */
    private Tensor leave(Tensor x, Told told, Grid g) {
        List<Tensor> last = told.parts(layers.size(), () -> {
            List<Tensor> m = WaltLayer.parts(finalModulation.apply(told.told().silu()), 2);
            return List.of(m.get(0).add(1), m.get(1));
        });
        Tensor h = WaltLayer.modulated(x, last.get(0), last.get(1));
        return unpatchify(out.apply(h), g).to(DType.F32);
    }

    private Call call(DenoiserInput in, Grid g, AttentionPolicy policy, Told told, @Nullable Words words) {
        List<Run> runs = Run.of(in.kinds());
        boolean clips = runs.stream().anyMatch(r -> r.kind() == Kind.CLIP);
        boolean apart = in.kinds().contains(Kind.IMAGES) || (in.condition() instanceof Condition.Text t && t.rows() != null);
        if (config.cross() == WaltConfig.Cross.WINDOW && apart) {
            throw new UserException("this model's cross-attention spans frames: it takes clips with one text each, no images");
        }
        Past past = policy instanceof AttentionPolicy.Cached p ? past(p, in, g) : null;
        int[] places = places(in, g, policy);
        boolean turning = clips && config.time() == WaltConfig.TimePosition.ROTARY;
        Device device = params.device();
        boolean biased = config.relativeBias();
        int[] seen = policy instanceof AttentionPolicy.Cached p
                ? IntStream.concat(IntStream.of(p.cache().places()), IntStream.of(places)).toArray() : places;
        Tensor mask = switch (policy) {
            case AttentionPolicy.Full f -> null;
            case AttentionPolicy.Cached p -> null;
            case AttentionPolicy.BlockCausal b -> mask(g, (i, j) -> b.block(j) <= b.block(i));
            case AttentionPolicy.TeacherForced t -> mask(g, teacherForced(g.frames() / 2, t.frames()));
        };
        return new Call(
                g, runs, told, words, config.axial() ? axial(new int[1], g.height(), config.gridHeight(), g.width(), config.gridWidth()) : null,
                turning ? rotary(places, g) : null,
                biased ? RelativeBias.index(1, new int[1], new int[1], g.height(), g.width(), device) : null,
                biased && clips
                        ? RelativeBias.index(config.frames(), places, seen, g.windowHeight(), g.windowWidth(), device) : null,
                clips && mask != null ? mask.to(device) : null,
                past);
    }

    /** Place of each latent frame in the attention over time. */
    private static int[] places(DenoiserInput in, Grid g, AttentionPolicy policy) {
        int first = switch (policy) {
            case AttentionPolicy.Cached p -> p.cache().held();
            case AttentionPolicy.Full f -> in.firstFrame();
            case AttentionPolicy.BlockCausal b -> in.firstFrame();
            case AttentionPolicy.TeacherForced t -> in.firstFrame();
        };
        return IntStream.range(0, g.frames()).map(i -> first + inClip(i, g, policy)).toArray();
    }

    /** Which frame of its clip frame {@code i} of the input is. */
    private static int inClip(int i, Grid g, AttentionPolicy policy) {
        return policy instanceof AttentionPolicy.TeacherForced ? i % (g.frames() / 2) : i;
    }

    private Rotary rotary(int[] places, Grid g) {
        if (config.axial()) {
            return axial(places, g.windowHeight(), config.windowHeight(), g.windowWidth(), config.windowWidth());
        }
        int l = g.windowHeight() * g.windowWidth();
        double[] each = IntStream.range(0, places.length * l).mapToDouble(i -> places[i / l]).toArray();
        return Rotary.of(each, config.headDim(), 10_000, params.device());
    }

    /** For windows of height × width tokens a frame; other sizes than the base one are interpolated, as the table is. */
    private Rotary axial(int[] frames, int height, int baseHeight, int width, int baseWidth) {
        return Rotary.axial(
                IntStream.of(frames).asDoubleStream().toArray(),
                IntStream.range(0, height).mapToDouble(i -> (double) i * baseHeight / height).toArray(),
                IntStream.range(0, width).mapToDouble(i -> (double) i * baseWidth / width).toArray(),
                config.headDim(), 100, params.device());
    }

    private Past past(AttentionPolicy.Cached policy, DenoiserInput in, Grid g) {
        KvCache cache = policy.cache();
        if (in.kinds().contains(Kind.IMAGES)) {
            throw new UserException("images have no past: a cache goes with clips only");
        }
        if (cache.next() != in.firstFrame()) {
            throw new UserException("the cache goes on at latent frame " + cache.next() + ", but frame " + in.firstFrame() + " was asked for");
        }
        if (cache.layout().rows() != (long) g.batch() * g.windows() || cache.layout().tokens() != g.windowHeight() * g.windowWidth()) {
            throw new UserException("the cache was opened for " + cache.layout().rows() + " windows of " + cache.layout().tokens()
                    + " tokens, but the latent has " + g.batch() * g.windows() + " of " + g.windowHeight() * g.windowWidth());
        }
        if (config.time() != WaltConfig.TimePosition.ROTARY || cache.held() == 0 || cache.isTurned()) {
            return new Past(cache, policy.write(), k -> k.copy());
        }
        Rotary held = rotary(cache.places(), g); // one for all layers, once a block
        return new Past(cache, policy.write(), held::turn);
    }

    @Override
    public KvCache openCache(long batch, int height, int width, int sink, int window) {
        if (config.time() == WaltConfig.TimePosition.LEARNED) {
            throw new UserException("this model has learned places for " + config.frames()
                    + " latent frames and so an end: only models with rotary time can stream");
        }
        if (config.cross() == WaltConfig.Cross.WINDOW) {
            throw new UserException("this model's cross-attention spans frames, which a stream does not keep: it cannot stream");
        }
        Grid g = Grid.of(config, new long[] {batch, config.latentChannels(), 1, height, width});
        return new KvCache(
                new KvCache.Layout(config.layers() / 2, batch * g.windows(), g.windowTokens(), config.heads(), config.headDim(),
                        patch.weight().dtype(), params.device()),
                sink, window);
    }

    @FunctionalInterface
    private interface Sees {
        /** Whether frame {@code i} sees frame {@code j}. */
        boolean test(int i, int j);
    }

    private static Sees teacherForced(int clip, int block) {
        return (i, j) -> {
            int own = i % clip / block;
            int other = j % clip / block;
            boolean noisy = i >= clip;
            return j >= clip ? noisy && other == own : noisy ? other < own : other <= own;
        };
    }

    /** 0 where a token's frame sees another's, −1e30 where it does not: [1, 1, L, L]. */
    private static Tensor mask(Grid g, Sees sees) {
        int each = g.windowHeight() * g.windowWidth();
        int l = g.windowTokens();
        float[] mask = new float[l * l];
        for (int i = 0; i < l; i++) {
            for (int j = 0; j < l; j++) {
                mask[i * l + j] = sees.test(i / each, j / each) ? 0 : -1e30f;
            }
        }
        return Tensor.of(mask, 1, 1, l, l);
    }

    /** Patches of all input channels, projected, with their places: [B, T, H, W, C] (W.A.L.T 3.2). */
    private Tensor embed(DenoiserInput in, Grid g, AttentionPolicy policy) {
        Tensor noisy = in.noisy();
        var channels = new ArrayList<Tensor>(List.of(noisy));
        if (config.selfConditioning()) {
            channels.add(in.selfEstimate() == null ? zerosLike(noisy, noisy.size(1)) : in.selfEstimate());
        } else if (in.selfEstimate() != null) {
            throw new UserException("this model was made without self-conditioning and takes no estimate of its own");
        }
        if (config.frameCondition()) {
            Given given = in.given();
            channels.add(given == null ? zerosLike(noisy, noisy.size(1)) : given.latents().mul(given.mask()));
            channels.add(given == null ? zerosLike(noisy, 1)
                    : given.mask().expand(noisy.size(0), 1, noisy.size(2), noisy.size(3), noisy.size(4)));
        } else if (in.given() != null) {
            throw new UserException("this model was made without frame conditioning and takes no given frames");
        }
        if (config.lowResolution() != (in.lowRes() != null)) {
            throw new UserException(config.lowResolution()
                    ? "this super-resolution model needs the low-resolution latent"
                    : "this model is no super-resolution stage and takes no low-resolution latent");
        }
        if (in.lowRes() != null) {
            channels.add(upscaled(in.lowRes()));
        }
        int p = config.patch();
        Tensor all = Tensor.cat(channels.stream().map(t -> t.to(patch.weight().dtype())).toList(), 1);
        Tensor patches = all.reshape(g.batch(), -1, g.frames(), g.height(), p, g.width(), p)
                .permute(0, 2, 3, 5, 1, 4, 6) // [B, T, H, W, Cin, p, p]
                .reshape(g.batch(), g.frames(), g.height(), g.width(), (long) config.inputChannels() * p * p);
        return patch.apply(patches).add(spacePositions(g)).add(timePositions(in, g, policy));
    }

    private static Tensor zerosLike(Tensor x, long channels) {
        return Tensor.zeros(x.dtype(), x.device(), x.size(0), channels, x.size(2), x.size(3), x.size(4));
    }

    /** Convolution, then depth to space (W.A.L.T 3.5): [B, c, T, h/2, w/2] -> [B, c, T, h, w]. */
    private Tensor upscaled(LowRes low) {
        long[] s = low.latents().shape();
        Tensor frames = low.latents().to(patch.weight().dtype()).transpose(1, 2).reshape(s[0] * s[2], s[1], s[3], s[4]);
        return Ops.conv2d(frames, lowKernel, lowBias, 1, 1, 1) // [BT, 4c, h/2, w/2]
                .reshape(s[0], s[2], s[1], 2, 2, s[3], s[4])
                .permute(0, 2, 1, 5, 3, 6, 4)
                .reshape(s[0], s[1], s[2], 2 * s[3], 2 * s[4]);
    }

    /** [1, 1, H, W, C]; other grids than the base one interpolate (W.A.L.T Table 6). */
    private Tensor spacePositions(Grid g) {
        Tensor table = space.reshape(1, config.gridHeight(), config.gridWidth(), config.dim());
        if (g.height() != config.gridHeight() || g.width() != config.gridWidth()) {
            table = Ops.resizeBilinear(table.permute(0, 3, 1, 2), g.height(), g.width()).permute(0, 2, 3, 1);
        }
        return table.unsqueeze(0);
    }

    /** [B, T, 1, 1, C]; every image has the place of a first frame (W.A.L.T 3.2). */
    private Tensor timePositions(DenoiserInput in, Grid g, AttentionPolicy policy) {
        boolean learned = config.time() == WaltConfig.TimePosition.LEARNED;
        if (learned && in.kinds().contains(Kind.CLIP) && in.firstFrame() + g.frames() > config.frames()) {
            throw new UserException("latent frames up to " + (in.firstFrame() + g.frames()) + " were asked for, but this model"
                    + " has learned places for " + config.frames());
        }
        long[] places = new long[g.batch() * g.frames()];
        float[] first = new float[places.length];
        for (int i = 0; i < places.length; i++) {
            boolean image = in.kinds().get(i / g.frames()) == Kind.IMAGES;
            places[i] = image ? 0 : in.firstFrame() + inClip(i % g.frames(), g, policy);
            first[i] = places[i] == 0 ? 1 : 0;
        }
        Tensor at = learned
                ? Ops.embedding(time, Tensor.of(places, g.batch(), g.frames()).to(time.device()))
                : Tensor.of(first, g.batch(), g.frames(), 1).to(time.device()).to(time.dtype()).mul(time);
        return at.unsqueeze(2).unsqueeze(2);
    }

    /** Projected text with the null text behind it, which alone is seen where a text is dropped; null without text. */
    private @Nullable Words words(DenoiserInput in) {
        if (text == null) {
            if (in.condition() instanceof Condition.Text) {
                throw new UserException("this model was made without text and takes none");
            }
            return null;
        }
        long c = config.dim();
        return switch (in.condition()) {
            case Condition.ClassLabel l -> throw new UserException("this model is told by text, not by class numbers");
            case Condition.None n -> {
                long b = in.noisy().size(0);
                yield Words.once(nullText.expand(b, 1, c), Tensor.zeros(DType.F32, params.device(), b, 1, 1, 1), null);
            }
            case Condition.Text t -> {
                if (t.states().size(2) != config.textDim()) {
                    throw new ShapeException("text states", "[M, S, " + config.textDim() + "]", t.states().shape());
                }
                long m = t.states().size(0);
                Tensor real = t.mask().to(DType.F32); // [M, S]
                Tensor dropped = real.amax(true, 1).neg().add(1); // [M, 1]
                Tensor seen = Tensor.cat(1, real, dropped);
                Tensor projected = projected(t.states());
                Tensor tokens = Tensor.cat(1, projected, nullText.expand(m, 1, c).to(projected.dtype()));
                Tensor rows = t.rows() == null ? null : t.rows().reshape(-1);
                yield Words.once(tokens, seen.sub(1).mul(1e30).reshape(m, 1, 1, -1), rows);
            }
        };
    }

    /** [M, S, text width] -> [M, S, C]. */
    private Tensor projected(Tensor states) {
        if (textMean == null || textStd == null) {
            return text.apply(states.to(text.weight().dtype()));
        }
        Tensor white = states.to(DType.F32).sub(textMean.detach()).div(textStd.detach());
        return Ops.layerNorm(text.apply(white.to(text.weight().dtype())), null, null, WaltLayer.EPS);
    }

    /** c + t: the level of each latent frame plus class or pooled text, and the level of the low resolution: [B, T, C]. */
    private Tensor told(DenoiserInput in, Grid g, @Nullable Words words) {
        Tensor sum = level.embed(in.level());
        if (lowLevel != null && in.lowRes() != null) {
            sum = sum.add(lowLevel.embed(in.lowRes().level()).unsqueeze(1));
        }
        if (classes != null) {
            Tensor ids = switch (in.condition()) {
                case Condition.ClassLabel l -> Tensor.where(
                        l.ids().lt(0), Tensor.full(config.classes(), DType.I64, params.device(), 1), l.ids());
                case Condition.None n -> Tensor.full(config.classes(), DType.I64, params.device(), g.batch());
                case Condition.Text t -> throw new UserException("this model is told by class numbers, not by text");
            };
            Tensor said = Ops.embedding(classes, ids);
            sum = sum.add(ids.dim() == 1 ? said.unsqueeze(1) : said);
        } else if (in.condition() instanceof Condition.ClassLabel) {
            throw new UserException("this model was made without classes and takes no class numbers");
        }
        if (words != null && pooledText != null) {
            Tensor seen = words.bias().reshape(words.bias().size(0), -1, 1).eq(0).to(DType.F32); // [M, S + 1, 1]
            Tensor mean = words.tokens().mul(seen).sum(false, 1).div(seen.sum(false, 1)).to(words.tokens().dtype()); // [M, C]
            Tensor said = pooledText.apply(mean);
            sum = sum.add(words.rows() == null ? said.unsqueeze(1)
                    : said.indexSelect(0, words.rows()).reshape(g.batch(), g.frames(), config.dim()));
        }
        return sum;
    }

    /** [B, T, H, W, c p p] -> [B, c, T, H p, W p]. */
    private Tensor unpatchify(Tensor x, Grid g) {
        int p = config.patch();
        return x.reshape(g.batch(), g.frames(), g.height(), g.width(), config.latentChannels(), p, p)
                .permute(0, 4, 1, 2, 5, 3, 6)
                .reshape(g.batch(), config.latentChannels(), g.frames(), (long) g.height() * p, (long) g.width() * p);
    }
}
