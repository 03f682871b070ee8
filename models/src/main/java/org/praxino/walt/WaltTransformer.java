package org.praxino.walt;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.condition.SampleKind;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Conditioned;
import org.praxino.diffusion.KvCache;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.diffusion.VisibleFrames;
import org.praxino.nn.Checkpointed;
import org.praxino.nn.Linear;
import org.praxino.nn.Memo;
import org.praxino.nn.Modulation;
import org.praxino.nn.RotaryEmbedding;
import org.praxino.nn.RotaryEmbedding.Axis;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.tensor.YieldPoint;
import org.praxino.walt.ConditionEmbedding.TextTokens;
import org.praxino.walt.WaltConfig.Cross;
import org.praxino.walt.WaltConfig.TimePosition;

/**
 * The W.A.L.T transformer (arXiv 2312.06662, sections 3.2 to 3.5): window attention that alternates between one latent frame and one
 * block of all frames, modulated by level and class, with cross-attention to text. docs/walt.md says what is the paper's.
 *
 * <p>B batch, T latent frames, H W tokens, C width, N heads, D head width, L tokens of a window, S text tokens, M texts, r rank.
 * Tokens stay [B, T, H, W, C] contiguous throughout; only layers over time copy them into windows and back.
 */
public final class WaltTransformer implements TrainableDenoiser {
    static final double EPS = 1e-6;
    private static final int LEVELS = 16; // of a prepared condition that are kept

    private final WaltConfig config;
    private final int dim;
    private final Params params;
    private final PatchEmbedding patches;
    private final ConditionEmbedding conditions;
    private final List<Layer> layers = new ArrayList<>();
    private final Linear finalModulation;
    private final Linear out;

    /** Asks {@code params} for every weight; the transformer then owns them. */
    public WaltTransformer(WaltConfig config, Params params) {
        this.config = config;
        this.params = params;
        dim = config.width().dim();
        patches = new PatchEmbedding(config, params);
        conditions = new ConditionEmbedding(config, params);
        for (int i = 0; i < config.width().layers(); i++) {
            layers.add(new Layer(params.at("layers." + i), i));
        }
        finalModulation = Linear.of(params.at("final.modulation"), dim, 2 * dim, Init.zeros());
        int area = config.tokens().patch() * config.tokens().patch();
        out = Linear.of(params.at("final.out"), dim, config.tokens().latentChannels() * area, Init.zeros());
        params.finish();
    }

    public WaltConfig config() {
        return config;
    }

    @Override
    public Params params() {
        return params;
    }

    @Override
    public double flops(long[] latent, int textTokens) {
        return WaltFlops.forward(config, 1, (int) latent[1], (int) latent[2], (int) latent[3], textTokens);
    }

    @Override
    public boolean selfConditioning() {
        return config.inputs().selfConditioning();
    }

    @Override
    public void close() {
        params.close();
    }

    // ------------------------------------------------------------------ one pass

    @Override
    public Tensor predict(DenoiserInput in, AttentionPolicy policy) {
        return forward(in, null, policy);
    }

    @Override
    public Tensor predict(DenoiserInput in, Conditioned conditioned, AttentionPolicy policy) {
        return forward(in.withCondition(conditioned.condition()), prepared(in, conditioned), policy);
    }

    private Tensor forward(DenoiserInput in, @Nullable Prepared prepared, AttentionPolicy policy) {
        try (var scope = Scope.open("walt")) {
            Call call = call(in, prepared, policy);
            Tensor x = through(layers, patches.apply(in, call.grid, policy), call);
            if (policy instanceof AttentionPolicy.Cached cached && cached.write()) {
                cached.cache().commit(call.grid.frames());
            }
            return scope.keep(predicted(x, call));
        }
    }

    private static Tensor through(List<Layer> layers, Tensor x, Call call) {
        for (Layer layer : layers) {
            Tensor next = layer.forward(x, call);
            x.close(); // what the backward pass needs of it, it holds itself
            x = next;
            YieldPoint.reached();
        }
        return x;
    }

    /** The last layer attends over time, so nothing after its keys and values is needed. */
    @Override
    public void writeCache(DenoiserInput in, Conditioned conditioned, KvCache cache) {
        if (WaltConfig.spatial(layers.size() - 1)) {
            TrainableDenoiser.super.writeCache(in, conditioned, cache);
            return;
        }
        try (var off = Grad.off();
                var scope = Scope.open("walt write cache")) {
            var policy = new AttentionPolicy.Cached(cache, true);
            Call call = call(in.withCondition(conditioned.condition()), prepared(in, conditioned), policy);
            layers.getLast().writeCache(through(layers.subList(0, layers.size() - 1), patches.apply(in, call.grid, policy), call), call);
            cache.commit(call.grid.frames());
        }
    }

    @Override
    public void backward(DenoiserInput in, AttentionPolicy policy, Tensor gradient) {
        if (policy instanceof AttentionPolicy.Cached cached && cached.write()) {
            throw new IllegalArgumentException("a pass that writes its cache has no gradient");
        }
        var blocks = new ArrayList<Checkpointed.Block<Call>>();
        layers.forEach(layer -> blocks.add(layer::forward));
        blocks.add(this::predicted);
        Checkpointed.backward(() -> {
            Call call = call(in, null, policy);
            return new Checkpointed.Entry<>(patches.apply(in, call.grid, policy), call);
        }, blocks, gradient);
    }

    // ------------------------------------------------------------------ positions

    /** Rotary embedding of windows over time. @param frames position of each */
    private RotaryEmbedding timeRotary(int[] frames, WindowGrid g) {
        int headDim = config.width().headDim();
        return config.windows().axial()
                ? axial(frames, g.windowHeight(), config.windows().height(), g.windowWidth(), config.windows().width())
                : RotaryEmbedding.of(RotaryEmbedding.Pairs.HALVES, 10_000, Axis.of(frames, headDim / 2), Axis.of(g.windowHeight(), 0),
                        Axis.of(g.windowWidth(), 0), params.device());
    }

    /** For windows of height × width tokens a frame; other sizes than the base one are interpolated, as the table is. */
    private RotaryEmbedding axial(int[] frames, int height, int baseHeight, int width, int baseWidth) {
        return RotaryEmbedding.axial(
                IntStream.of(frames).asDoubleStream().toArray(),
                IntStream.range(0, height).mapToDouble(i -> (double) i * baseHeight / height).toArray(),
                IntStream.range(0, width).mapToDouble(i -> (double) i * baseWidth / width).toArray(),
                config.width().headDim(), 100, params.device());
    }

    // ------------------------------------------------------------------ conditions

    /**
     * Sets the statistics that text is whitened by, of a network with {@link WaltConfig.Text#norm}: mean and standard deviation of each
     * channel over all real tokens. They are rounded to bf16, so that a network stored in that type computes the same.
     *
     * @param states [M, S, text width]
     * @param mask [M, S], 1 for real tokens and 0 for padding
     */
    public void setTextStatistics(Tensor states, Tensor mask) {
        conditions.setTextStatistics(states, mask);
    }

    @Override
    public Conditioned prepare(Condition condition, int batch) {
        try (var off = Grad.off();
                var scope = Scope.open("prepare")) {
            TextTokens text = conditions.textTokens(condition, batch);
            return new Prepared(this, condition, batch, text == null ? null : text.own(), new Memo<>(layers.size()), new Memo<>(LEVELS * (layers.size() + 2)));
        }
    }

    /** Prepared values of a level and a layer; the end comes after the last layer, and −1 is what all layers share. */
    private record AtLevel(Levels levels, int layer) {}

    /** @param keyValues of the text, by layer @param modulations shared conditioning and what layers make of it */
    private record Prepared(
            WaltTransformer network, Condition condition, int batch, @Nullable TextTokens text, Memo<Integer> keyValues, Memo<AtLevel> modulations)
            implements Conditioned {
        @Override
        public void close() {
            if (text != null) {
                text.close();
            }
            keyValues.close();
            modulations.close();
        }
    }

    private @Nullable Prepared prepared(DenoiserInput in, Conditioned conditioned) {
        if (!(conditioned instanceof Prepared p) || p.network != this || p.batch != in.noisy().size(0)) {
            throw new IllegalArgumentException("the condition was not prepared by this network for a batch of " + in.noisy().size(0));
        }
        return Grad.isOn() || in.lowRes() != null ? null : p; // levels of low resolution are not among those that are kept
    }

    // ------------------------------------------------------------------ what all layers of one pass share

    /** The KV cache of the spatiotemporal layers. @param rotate applies the rotary embedding to kept keys [windows, L, N, D] */
    private record Past(KvCache cache, boolean write, UnaryOperator<Tensor> rotate) {}

    private record Call(
            WindowGrid grid,
            List<SampleKind.Run> runs,
            Levels levels,
            List<Tensor> conditioning, // c: level plus class or pooled text, [B, T, C]; then A_1, [B, T, 6C], where layers share it
            @Nullable TextTokens text,
            @Nullable Prepared prepared,
            @Nullable RotaryEmbedding spaceRotary, // of windows of one frame
            @Nullable RotaryEmbedding timeRotary, // of windows over time
            @Nullable Tensor spaceIndex,
            @Nullable Tensor timeIndex,
            @Nullable Tensor mask, // [1, 1, L, L] of windows over time
            @Nullable Past past) implements Checkpointed.Context<Call> {

        @Override
        public List<Tensor> shared() {
            var all = new ArrayList<>(conditioning);
            if (text != null) {
                all.add(text.tokens());
            }
            return all;
        }

        @Override
        public Call withShared(List<Tensor> t) {
            return new Call(
                    grid, runs, levels, text == null ? t : t.subList(0, t.size() - 1),
                    text == null ? null : new TextTokens(t.getLast(), text.bias(), text.rows()), null, spaceRotary, timeRotary, spaceIndex, timeIndex,
                    mask, past);
        }

        List<Tensor> atLevel(int layer, Supplier<List<Tensor>> compute) {
            return prepared == null ? compute.get() : prepared.modulations.get(new AtLevel(levels, layer), compute);
        }

        List<Tensor> keyValues(int layer, Supplier<List<Tensor>> compute) {
            return prepared == null ? compute.get() : prepared.keyValues.get(layer, compute);
        }
    }

    private Call call(DenoiserInput in, @Nullable Prepared prepared, AttentionPolicy policy) {
        if (in.noisy().size(1) != config.tokens().latentChannels()) {
            throw new ShapeException("noisy latent", "[B, " + config.tokens().latentChannels() + ", T, H, W]", in.noisy().shape());
        }
        WindowGrid g = WindowGrid.of(config, in.noisy().shape());
        if (policy instanceof AttentionPolicy.TeacherForced && g.frames() % 2 != 0) {
            throw new UserException(g.frames() + " latent frames are no clean clip followed by a noisy one: their number must be even");
        }
        if (config.text().cross() == Cross.WINDOW
                && (in.kinds().contains(SampleKind.IMAGES) || (in.condition() instanceof Condition.Text t && t.rows() != null))) {
            throw new UserException("this model's cross-attention spans frames: it takes clips with one text each, no images");
        }
        TextTokens text = prepared == null ? conditions.textTokens(in.condition(), g.batch()) : prepared.text;
        Supplier<List<Tensor>> shared = () -> {
            Tensor c = conditions.apply(in, g, text);
            return config.width().adaLnRank() == 0 ? List.of(c) : List.of(c, Objects.requireNonNull(layers.getFirst().modulation).apply(c.silu()));
        };
        List<Tensor> conditioning = prepared == null ? shared.get() : prepared.modulations.get(new AtLevel(in.level(), -1), shared);
        boolean clips = in.kinds().contains(SampleKind.CLIP);
        boolean biased = config.windows().relativeBias();
        KvCache cache = policy instanceof AttentionPolicy.Cached c ? c.cache() : null;
        Past past = policy instanceof AttentionPolicy.Cached c ? past(c, in, g) : null;
        int first = cache == null ? in.firstFrame() : cache.nextPosition();
        int[] positions = IntStream.range(0, g.frames()).map(i -> first + g.frameInClip(i, policy)).toArray();
        int[] seen = cache == null ? positions : IntStream.concat(IntStream.of(cache.positions()), IntStream.of(positions)).toArray();
        Tensor mask = clips ? VisibleFrames.mask(policy, g.frames(), g.windowHeight() * g.windowWidth()) : null;
        Device device = params.device();
        return new Call(
                g, SampleKind.Run.of(in.kinds()), in.level(), conditioning, text, prepared,
                config.windows().axial()
                        ? axial(new int[1], g.height(), config.tokens().gridHeight(), g.width(), config.tokens().gridWidth()) : null,
                clips && config.windows().time() == TimePosition.ROTARY ? timeRotary(positions, g) : null,
                biased ? RelativeBias.index(1, new int[1], new int[1], g.height(), g.width(), device) : null,
                biased && clips
                        ? RelativeBias.index(config.tokens().frames(), positions, seen, g.windowHeight(), g.windowWidth(), device) : null,
                mask == null ? null : mask.to(device), past);
    }

    private Past past(AttentionPolicy.Cached policy, DenoiserInput in, WindowGrid g) {
        KvCache cache = policy.cache();
        if (in.kinds().contains(SampleKind.IMAGES)) {
            throw new UserException("images have no earlier frames: a cache takes clips only");
        }
        cache.check(in.firstFrame(), (long) g.batch() * g.windows(), g.windowHeight() * g.windowWidth(), config.width().layers() / 2);
        if (config.windows().time() != TimePosition.ROTARY || cache.held() == 0 || cache.isRotated()) {
            return new Past(cache, policy.write(), k -> k.copy());
        }
        return new Past(cache, policy.write(), timeRotary(cache.positions(), g)::apply); // one for all layers, once a block
    }

    @Override
    public KvCache openCache(long batch, int height, int width, int sink, int window) {
        if (config.windows().time() == TimePosition.LEARNED) {
            throw new UserException("this model has learned positions for " + config.tokens().frames()
                    + " latent frames and so an end: only models with rotary time can stream");
        }
        if (config.text().cross() == Cross.WINDOW) {
            throw new UserException("this model's cross-attention spans frames, which a stream does not keep: it cannot stream");
        }
        WindowGrid g = WindowGrid.of(config, new long[] {batch, config.tokens().latentChannels(), 1, height, width});
        return new KvCache(
                new KvCache.Layout(config.width().layers() / 2, batch * g.windows(), g.windowTokens(), config.width().heads(),
                        config.width().headDim(), params.dtype(), params.device()),
                sink, window);
    }

    // ------------------------------------------------------------------ layers (section 3.2)

    /** Modulated self-attention inside a frame or over time, cross-attention to text, modulated MLP. */
    private final class Layer {
        private final int index;
        private final @Nullable Linear modulation; // the first layer's, or every layer's at rank 0
        private final @Nullable Tensor down; // [r, C], W_a
        private final @Nullable Tensor up; // [6C, r], W_b
        private final Linear qkv;
        private final HeadNorm qNorm;
        private final HeadNorm kNorm;
        private final @Nullable RelativeBias relative;
        private final Linear attentionOut;
        private final @Nullable CrossAttention cross;
        private final Linear mlpIn;
        private final Linear mlpOut;

        Layer(Params p, int index) {
            this.index = index;
            int rank = config.width().adaLnRank();
            boolean own = index == 0 || rank == 0;
            modulation = own ? Linear.of(p.at("modulation"), dim, 6 * dim, Init.zeros()) : null;
            down = own ? null : p.at("modulation").get("down", Init.normal(0.02), rank, dim);
            up = own ? null : p.at("modulation").get("up", Init.zeros(), 6L * dim, rank);
            Params a = p.at("attention");
            qkv = Linear.of(a.at("qkv"), dim, 3 * dim, Init.xavier());
            qNorm = HeadNorm.of(a, "q_norm", config);
            kNorm = HeadNorm.of(a, "k_norm", config);
            relative = !config.windows().relativeBias() ? null : WaltConfig.spatial(index)
                    ? new RelativeBias(a, 1, config.tokens().gridHeight(), config.tokens().gridWidth(), config.width().heads())
                    : new RelativeBias(a, config.tokens().frames(), config.windows().height(), config.windows().width(), config.width().heads());
            attentionOut = Linear.of(a.at("out"), dim, dim, Init.xavier());
            cross = config.crossIn(index) ? new CrossAttention(p.at("cross"), index) : null;
            mlpIn = Linear.of(p.at("mlp.in"), dim, config.width().mlp(), Init.xavier());
            mlpOut = Linear.of(p.at("mlp.out"), config.width().mlp(), dim, Init.xavier());
        }

        /** [B, T, H, W, C] -> the same. */
        Tensor forward(Tensor x, Call call) {
            try (var scope = Scope.open("layer")) {
                List<Tensor> six = modulations(call);
                Modulation attention = Modulation.from(six, 0, true);
                Modulation mlp = Modulation.from(six, 3, true);
                Tensor h = attention.apply(x, EPS);
                Tensor y = WaltConfig.spatial(index) ? spatial(h, x, attention.gate(), call) : spatiotemporal(h, x, attention.gate(), call);
                if (cross != null && call.text != null) {
                    y = y.add(cross.forward(y, call));
                }
                return scope.keep(y.addProduct(mlpOut.apply(mlpIn.applyGeluTanh(mlp.apply(y, EPS))), mlp.gate()));
            }
        }

        /** Writes its keys and values and does nothing else; of a layer over time. @param x [B, T, H, W, C] */
        void writeCache(Tensor x, Call call) {
            try (var scope = Scope.open("write cache")) {
                Tensor h = Modulation.from(modulations(call), 0, true).apply(x, EPS);
                List<Tensor> parts = qkv.apply(call.grid.cut(h)).chunk(3, -1);
                Objects.requireNonNull(call.past).cache.write(index / 2, kNorm.apply(heads(parts.get(1))), heads(parts.get(2)));
            }
        }

        /** Of attention and MLP: A_1 = MLP(c + t), and A_i = A_1 + W_b W_a (c + t) after it (adaLN-LoRA), [B, T, 6C], in parts [B, T, 1, 1, C]. */
        private List<Tensor> modulations(Call call) {
            return call.atLevel(index, () -> {
                Tensor c = call.conditioning.getFirst();
                Tensor a = modulation == null ? call.conditioning.get(1).add(Ops.linear(Ops.linear(c, Objects.requireNonNull(down), null), Objects.requireNonNull(up), null))
                        : index == 0 && call.conditioning.size() == 2 ? call.conditioning.get(1) : modulation.apply(c.silu());
                List<Tensor> six = parts(a, 6); // scale, shift, gate
                var parts = new ArrayList<>(Modulation.of(six.get(1), six.get(0), six.get(2)).parts());
                parts.addAll(Modulation.of(six.get(4), six.get(3), six.get(5)).parts());
                return parts;
            });
        }

        /** Self-attention in spatial windows: all tokens of one frame (section 3.2). */
        private Tensor spatial(Tensor h, Tensor x, Tensor gate, Call call) {
            WindowGrid g = call.grid;
            Tensor tokens = h.reshape((long) g.batch() * g.frames(), g.tokens(), dim); // [BT, L, C]
            Tensor bias = relative == null || call.spaceIndex == null ? null : relative.forWindow(call.spaceIndex, g.height(), g.width());
            return x.addProduct(selfAttention(tokens, call.spaceRotary, bias, null).reshape(x.shape()), gate);
        }

        /** Self-attention in spatiotemporal windows: all frames of one block of tokens (section 3.2). */
        private Tensor spatiotemporal(Tensor h, Tensor x, Tensor gate, Call call) {
            WindowGrid g = call.grid;
            Tensor tokens = g.cut(h); // [B windows, L, C]
            Tensor bias = relative == null || call.timeIndex == null
                    ? null : relative.forWindow(call.timeIndex, g.windowHeight(), g.windowWidth());
            if (call.mask != null) {
                bias = bias == null ? call.mask : bias.add(call.mask);
            }
            var parts = new ArrayList<Tensor>();
            for (SampleKind.Run run : call.runs) {
                long n = g.windows();
                Tensor own = call.runs.size() == 1 ? tokens : tokens.narrow(0, run.start() * n, run.count() * n);
                parts.add(switch (run.kind()) {
                    case CLIP -> selfAttention(own, call.timeRotary, bias, call.past);
                    // The identity mask: each token sees itself only, so its value passes through (section 3.2).
                    case IMAGES -> attentionOut.apply(qkv.part(own, 2L * dim, dim));
                });
            }
            Tensor attended = parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 0);
            return g.split(x).addProduct(g.joined(attended), gate.unsqueeze(2).unsqueeze(2)).reshape(x.shape());
        }

        /** Within windows. @param tokens [windows, L, C] @param past what else they see */
        private Tensor selfAttention(Tensor tokens, @Nullable RotaryEmbedding rotary, @Nullable Tensor bias, @Nullable Past past) {
            List<Tensor> parts = qkv.apply(tokens).chunk(3, -1);
            Tensor q = qNorm.apply(heads(parts.get(0))); // [windows, L, N, D]
            Tensor k = kNorm.apply(heads(parts.get(1)));
            Tensor v = heads(parts.get(2));
            Tensor unrotated = k;
            if (rotary != null) {
                q = rotary.apply(q);
                k = rotary.apply(k);
            }
            if (past == null) {
                return attentionOut.apply(attention(q, k, v, bias));
            }
            int layer = index / 2; // of those over time
            KvCache.KeyValues seen = past.cache.visible(layer, past.rotate, k, v);
            Tensor attended = attentionOut.apply(attention(q, seen.keys(), seen.values(), bias));
            if (past.write) {
                past.cache.write(layer, unrotated, v);
            }
            return attended;
        }
    }

    /** Cross-attention: queries are a window's tokens, keys and values the same tokens and the text (section 3.2, joint training). */
    private final class CrossAttention {
        private final int index;
        private final boolean overTime;
        private final Linear query;
        private final Linear keyValue;
        private final HeadNorm qNorm;
        private final HeadNorm kNorm;
        private final Linear crossOut;

        CrossAttention(Params p, int index) {
            this.index = index;
            overTime = config.crossOverTime(index);
            query = Linear.of(p.at("q"), dim, dim, Init.xavier());
            keyValue = Linear.of(p.at("kv"), dim, 2 * dim, Init.xavier());
            qNorm = HeadNorm.of(p, "q_norm", config);
            kNorm = HeadNorm.of(p, "k_norm", config);
            crossOut = Linear.of(p.at("out"), dim, dim, Init.zeros()); // starts as no change
        }

        /** What is added to x [B, T, H, W, C]. */
        Tensor forward(Tensor x, Call call) {
            WindowGrid g = call.grid;
            TextTokens text = Objects.requireNonNull(call.text);
            Tensor h = Ops.layerNorm(x, null, null, EPS);
            // With text alone for keys windows make no difference, so an element with one text is one window.
            boolean whole = config.text().onlyKeys() && text.rows() == null;
            Tensor tokens = overTime && !whole ? g.cut(h) : h.reshape(whole ? g.batch() : (long) g.batch() * g.frames(), -1, dim);
            long windows = tokens.size(0);
            Tensor q = qNorm.apply(heads(query.apply(tokens))); // [windows, L, N, D]
            List<Tensor> kv = call.keyValues(index, () -> keyValues(text.tokens()));
            Tensor k = spread(kv.get(0), windows, text.rows()); // [windows, S + 1, N, D]
            Tensor v = spread(kv.get(1), windows, text.rows());
            Tensor bias = spread(text.bias(), windows, text.rows()); // [windows, 1, 1, S + 1]
            if (!config.text().onlyKeys()) {
                List<Tensor> own = keyValues(tokens);
                k = Tensor.cat(1, own.get(0), k);
                v = Tensor.cat(1, own.get(1), v);
                bias = Ops.pad(bias, tokens.size(1), 0);
            }
            Tensor added = crossOut.apply(attention(q, k, v, bias));
            return overTime && !whole ? g.joined(added).reshape(x.shape()) : added.reshape(x.shape());
        }

        /** [n, S, C] -> two of [n, S, N, D]. */
        private List<Tensor> keyValues(Tensor tokens) {
            List<Tensor> both = keyValue.apply(tokens).chunk(2, -1);
            return List.of(kNorm.apply(heads(both.get(0))), heads(both.get(1)));
        }

        /** [M, ...] -> [windows, ...]: text b for all windows of element b, or the text each frame names. */
        private static Tensor spread(Tensor t, long windows, @Nullable Tensor rows) {
            if (rows != null) {
                return t.indexSelect(0, rows);
            }
            long each = windows / t.size(0);
            if (each == 1) {
                return t;
            }
            long[] s = t.shape();
            return t.unsqueeze(1).expand(s[0], each, s[1], s[2], s[3]).reshape(windows, s[1], s[2], s[3]);
        }
    }

    /** [windows, L, C] -> [windows, L, N, D]. */
    private Tensor heads(Tensor x) {
        return x.reshape(x.size(0), x.size(1), config.width().heads(), config.width().headDim());
    }

    /** q, k, v [windows, L, N, D] -> [windows, L, C]. */
    private static Tensor attention(Tensor q, Tensor k, Tensor v, @Nullable Tensor bias) {
        DType t = v.dtype(); // under autocast norms may have left q and k wider
        Tensor o = Ops.attention(
                q.to(t).transpose(1, 2), k.to(t).transpose(1, 2), v.transpose(1, 2), bias == null ? null : bias.to(t));
        return o.transpose(1, 2).reshape(q.size(0), q.size(1), q.size(2) * q.size(3));
    }

    // ------------------------------------------------------------------ prediction

    /** From the last layer's [B, T, H, W, C] to [B, c, T, h, w]. */
    private Tensor predicted(Tensor x, Call call) {
        WindowGrid g = call.grid;
        Modulation last = Modulation.from(call.atLevel(layers.size(), () -> {
            List<Tensor> two = parts(finalModulation.apply(call.conditioning.getFirst().silu()), 2); // scale, shift
            return Modulation.of(two.get(1), two.get(0), null).parts();
        }), 0, false);
        int p = config.tokens().patch();
        return out.apply(last.apply(x, EPS)) // [B, T, H, W, c p p]
                .reshape(g.batch(), g.frames(), g.height(), g.width(), config.tokens().latentChannels(), p, p)
                .permute(0, 4, 1, 2, 5, 3, 6)
                .reshape(g.batch(), config.tokens().latentChannels(), g.frames(), (long) g.height() * p, (long) g.width() * p)
                .to(DType.F32);
    }

    /** [B, T, n C] -> n of [B, T, 1, 1, C]. */
    private static List<Tensor> parts(Tensor modulation, int n) {
        return modulation.chunk(n, -1).stream().map(m -> m.unsqueeze(2).unsqueeze(2)).toList();
    }
}
