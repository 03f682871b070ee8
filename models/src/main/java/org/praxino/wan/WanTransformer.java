package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.SampleKind;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Conditioned;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.KvCache;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.diffusion.VisibleFrames;
import org.praxino.nn.Checkpointed;
import org.praxino.nn.Linear;
import org.praxino.nn.Memo;
import org.praxino.nn.Modulation;
import org.praxino.nn.RotaryEmbedding;
import org.praxino.nn.RotaryEmbedding.Axis;
import org.praxino.nn.TimestepEmbedding;
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

/**
 * The transformer of Wan 2.1 (Wan team 2025, arXiv 2503.20314, section 4.2) and of the causal students made from it (CausVid, arXiv
 * 2412.07772; Self-Forcing, arXiv 2506.08009): one network, which the attention policy makes bidirectional, block-causal or cached. It
 * predicts the velocity {@code eps − x0} and takes a level for each latent frame.
 *
 * <p>B batch, T latent frames, H W tokens, L = T·H·W, C width, F inner width, N heads, D head width, S text tokens, n image tokens.
 */
public final class WanTransformer implements TrainableDenoiser {
    private static final String BLOCKS = "blocks.";
    private static final int POSITIONS = 4; // rotary embeddings that a prepared condition keeps

    private final WanConfig config;
    private final Params params;
    private final Params blockParams;
    private final Tensor patchWeight; // [C, c, 1, p, p]
    private final Tensor patchBias; // [C]
    private final Linear text1;
    private final Linear text2;
    private final TimestepEmbedding time;
    private final Linear timeProjection;
    private final @Nullable ImageEmbedding image;
    private final List<Block> blocks = new ArrayList<>();
    private final Tensor headModulation; // [1, 2, C]
    private final Linear head;

    /** Asks {@code params} for every weight under Wan's own name ({@link WanNames} maps others); the transformer then owns them. */
    public WanTransformer(WanConfig config, Params params) {
        this(config, params, params);
    }

    /**
     * As {@link #WanTransformer(WanConfig, Params)} with the blocks' weights elsewhere: each block visits the device of {@code params}
     * when it is computed, so a network runs whose weights do not fit there.
     *
     * @param blocks weights whose names begin with {@code blocks.}, on the CPU; owned too
     */
    public WanTransformer(WanConfig config, Params params, Params blocks) {
        this.config = config;
        this.params = params;
        this.blockParams = blocks;
        int c = config.dim();
        Params patch = params.at("patch_embedding");
        patchWeight = patch.get("weight", Init.xavier(), c, config.inChannels(), 1, config.patchHeight(), config.patchWidth());
        patchBias = patch.get("bias", Init.zeros(), c);
        text1 = Linear.of(params.at("text_embedding.0"), config.textDim(), c, Init.normal(0.02));
        text2 = Linear.of(params.at("text_embedding.2"), c, c, Init.normal(0.02));
        time = new TimestepEmbedding(Linear.of(params.at("time_embedding.0"), config.frequencies(), c, Init.normal(0.02)),
                Linear.of(params.at("time_embedding.2"), c, c, Init.normal(0.02)), DType.F64);
        timeProjection = Linear.of(params.at("time_projection.1"), c, 6 * c, Init.xavier());
        image = config.imageDim() == 0 ? null : new ImageEmbedding(params.at("img_emb"), config);
        for (int i = 0; i < config.layers(); i++) {
            this.blocks.add(Block.of(blocks.at(BLOCKS + i), config, i));
        }
        headModulation = params.at("head").get("modulation", Init.normal(1 / Math.sqrt(c)), 1, 2, c);
        head = Linear.of(params.at("head.head"), c, config.patchHeight() * config.patchWidth() * config.outChannels(), Init.zeros());
        if (blocks == params) {
            params.finish();
        } else {
            params.finish(name -> name.startsWith(BLOCKS));
            blocks.finish(name -> !name.startsWith(BLOCKS));
        }
    }

    public WanConfig config() {
        return config;
    }

    /** All weights, without the blocks' where those are offloaded. */
    @Override
    public Params params() {
        return params;
    }

    @Override
    public double flops(long[] latent, int textTokens) {
        int tokens = (int) (latent[2] / config.patchHeight() * (latent[3] / config.patchWidth()));
        return WanFlops.forward(config, 1, (int) latent[1], 0, tokens, true);
    }

    @Override
    public void close() {
        params.close();
        blockParams.close();
    }

    // ------------------------------------------------------------------ one pass

    @Override
    public Tensor predict(DenoiserInput in, AttentionPolicy policy) {
        return forward(in, policy, null, null);
    }

    @Override
    public Tensor predict(DenoiserInput in, Conditioned conditioned, AttentionPolicy policy) {
        if (!(conditioned instanceof Prepared p) || p.network != this || p.text.size(0) != in.noisy().size(0)) {
            throw new IllegalArgumentException("the condition was not prepared by this network for a batch of " + in.noisy().size(0));
        }
        return forward(in.withCondition(p.condition), policy, p.picture, Grad.isOn() ? null : p);
    }

    /** This network with the image of an image-to-video model, for one sampling run. */
    public Denoiser with(WanImage picture) {
        return new Denoiser() {
            @Override
            public Tensor predict(DenoiserInput in, AttentionPolicy policy) {
                return forward(in, policy, picture, null);
            }

            @Override
            public Conditioned prepare(Condition condition, int batch) {
                return WanTransformer.this.prepare(condition, batch, picture);
            }

            @Override
            public Tensor predict(DenoiserInput in, Conditioned conditioned, AttentionPolicy policy) {
                return WanTransformer.this.predict(in, conditioned, policy);
            }
        };
    }

    private Tensor forward(DenoiserInput in, AttentionPolicy policy, @Nullable WanImage picture, @Nullable Prepared prepared) {
        check(in, policy, picture);
        try (var scope = Scope.open("wan")) {
            Checkpointed.Entry<Call> entry = entry(in, policy, picture, prepared);
            Tensor x = entry.x();
            for (Block block : blocks) {
                Tensor next = blockParams == params ? block.forward(x, entry.context()) : offloaded(block, x, entry.context());
                x.close(); // what the backward pass needs of it, it holds itself
                x = next;
                YieldPoint.reached();
            }
            if (policy instanceof AttentionPolicy.Cached cached && cached.write()) {
                cached.cache().commit((int) in.noisy().size(2));
            }
            return scope.keep(velocity(x, entry.context()));
        }
    }

    /** A block whose weights are copied to the device for this call. */
    private Tensor offloaded(Block block, Tensor x, Call call) {
        try (var scope = Scope.open("offloaded block")) {
            return scope.keep(block.on(params.device()).forward(x, call));
        }
    }

    @Override
    public void backward(DenoiserInput in, AttentionPolicy policy, Tensor gradient) {
        if (policy instanceof AttentionPolicy.Cached cached && cached.write()) {
            throw new IllegalArgumentException("a pass that writes its cache has no gradient");
        }
        check(in, policy, null);
        var all = new ArrayList<Checkpointed.Block<Call>>();
        blocks.forEach(block -> all.add(block::forward));
        all.add(this::velocity);
        Checkpointed.backward(() -> entry(in, policy, null, null), all, gradient);
    }

    private void check(DenoiserInput in, AttentionPolicy policy, @Nullable WanImage picture) {
        Tensor noisy = in.noisy();
        int c = config.outChannels();
        if (noisy.size(1) != c || noisy.size(3) % config.patchHeight() != 0 || noisy.size(4) % config.patchWidth() != 0) {
            throw new ShapeException("noisy latent", "[B, " + c + ", T, H, W] with H a multiple of " + config.patchHeight() + " and W of "
                    + config.patchWidth(), noisy.shape());
        }
        if (in.given() != null || in.lowRes() != null || in.selfEstimate() != null) {
            throw new UserException("Wan's transformers take no given frames, low resolution or estimate of their own as inputs");
        }
        if (in.kinds().contains(SampleKind.IMAGES) && noisy.size(2) > 1) {
            throw new UserException("Wan's transformers take clips and single images, no stacks of images");
        }
        if (policy instanceof AttentionPolicy.TeacherForced && noisy.size(2) % 2 != 0) {
            throw new UserException(noisy.size(2) + " latent frames are no clean clip followed by a noisy one: their number must be even");
        }
        if (picture == null && (config.inChannels() > c || config.imageDim() > 0)) {
            throw new UserException("this is an image-to-video model: it needs a picture");
        }
        if (picture != null && (picture.channels().size(1) != config.inChannels() - c || (picture.states() == null) != (config.imageDim() == 0))) {
            throw new UserException("the picture has " + picture.channels().size(1) + " channels and " + (picture.states() == null ? "no " : "")
                    + "encoder states, but this model takes " + (config.inChannels() - c) + " channels and "
                    + (config.imageDim() == 0 ? "no states" : "states"));
        }
    }

    // ------------------------------------------------------------------ tokens, level, text and picture

    /** Input of the first block [B, T, HW, C], and what all blocks share. */
    private Checkpointed.Entry<Call> entry(DenoiserInput in, AttentionPolicy policy, @Nullable WanImage picture, @Nullable Prepared prepared) {
        int batch = (int) in.noisy().size(0);
        int frames = (int) in.noisy().size(2);
        int height = (int) in.noisy().size(3) / config.patchHeight();
        int width = (int) in.noisy().size(4) / config.patchWidth();
        Tensor x = embed(in, picture, height, width);
        Tensor level = time.apply(in.level().tensor(params.device())).to(x.dtype()); // [B, T, C]
        Tensor modulation = timeProjection.apply(level.silu()).reshape(batch, frames, 6, config.dim());
        Tensor text = prepared == null ? textTokens(in.condition(), batch) : prepared.text;
        Tensor imageTokens = prepared == null ? imageTokens(batch, picture) : prepared.image;
        int first = policy instanceof AttentionPolicy.Cached cached ? cached.cache().nextPosition() : in.firstFrame();
        int clip = policy instanceof AttentionPolicy.TeacherForced ? frames / 2 : frames;
        int[] positions = IntStream.range(0, frames).map(i -> first + i % clip).toArray();
        return new Checkpointed.Entry<>(x, new Call(
                height, width, level, modulation, text, imageTokens, rotary(positions, height, width, prepared), VisibleFrames.of(policy, frames),
                past(in, policy, height, width, prepared), prepared));
    }

    /** Patches projected: [B, T, HW, C]. */
    private Tensor embed(DenoiserInput in, @Nullable WanImage picture, int height, int width) {
        Tensor noisy = in.noisy().to(patchWeight.dtype());
        long b = noisy.size(0);
        long t = noisy.size(2);
        Tensor all = picture == null ? noisy
                : Tensor.cat(1, noisy, picture.channels(b, in.firstFrame(), (int) t, noisy.device(), noisy.dtype()));
        Tensor patches = all.reshape(b, config.inChannels(), t, height, config.patchHeight(), width, config.patchWidth())
                .permute(0, 2, 3, 5, 1, 4, 6) // [B, T, H, W, c, p, p]
                .reshape(b, t, (long) height * width, -1);
        return Ops.linear(patches, patchWeight.reshape(config.dim(), -1), patchBias);
    }

    /** [B, S, C]: text states filled up with zeros, which the MLP's biases make non-zero and which are attended to. */
    private Tensor textTokens(Condition condition, int batch) {
        Tensor states = switch (condition) {
            case Condition.ClassLabel l -> throw new UserException("this model is conditioned on text, not on class numbers");
            case Condition.None n -> Tensor.zeros(params.dtype(), params.device(), batch, config.textLength(), config.textDim());
            case Condition.Text t -> filled(t);
        };
        return text2.apply(text1.apply(states).geluTanh());
    }

    private Tensor filled(Condition.Text text) {
        Tensor states = text.states();
        if (text.rows() != null) {
            throw new UserException("Wan's transformers take one text for all frames of a clip");
        }
        if (states.size(2) != config.textDim() || states.size(1) > config.textLength()) {
            throw new ShapeException("text states", "[B, at most " + config.textLength() + ", " + config.textDim() + "]", states.shape());
        }
        Tensor present = text.mask().to(states.dtype()).unsqueeze(-1); // [B, S, 1]
        return Ops.pad(states.mul(present), 0, 0, 0, config.textLength() - states.size(1)).to(params.device()).to(params.dtype());
    }

    private @Nullable Tensor imageTokens(int batch, @Nullable WanImage picture) {
        if (image == null || picture == null || picture.states() == null) {
            return null;
        }
        return image.apply(WanImage.spread(picture.states(), batch).to(params.device()));
    }

    /** By time, height and width: a third of a head's pairs for height and for width, time taking what does not divide by three. */
    private RotaryEmbedding rotary(int[] frames, int height, int width, @Nullable Prepared prepared) {
        int third = config.headDim() / 2 / 3;
        Supplier<RotaryEmbedding> compute = () -> RotaryEmbedding.of(
                RotaryEmbedding.Pairs.INTERLEAVED, 10_000, Axis.of(frames, config.headDim() / 2 - 2 * third), Axis.of(height, third), Axis.of(width, third),
                params.device());
        return prepared == null ? compute.get() : new RotaryEmbedding(prepared.rotary.get(
                new Positions(IntStream.of(frames).boxed().toList(), height, width), () -> List.of(compute.get().cos())).getFirst(), null);
    }

    private record Positions(List<Integer> frames, int height, int width) {}

    @Override
    public Conditioned prepare(Condition condition, int batch) {
        return prepare(condition, batch, null);
    }

    private Conditioned prepare(Condition condition, int batch, @Nullable WanImage picture) {
        try (var off = Grad.off();
                var scope = Scope.open("prepare")) {
            Tensor states = imageTokens(batch, picture);
            return new Prepared(
                    this, condition, picture, textTokens(condition, batch).copy().own(), states == null ? null : states.copy().own(),
                    new Memo<>(config.layers()), new Memo<>(POSITIONS));
        }
    }

    /** @param text [B, S, C], owned @param image [B, n, C] or null, owned @param keyValues of text and picture, by block */
    private record Prepared(
            WanTransformer network, Condition condition, @Nullable WanImage picture, Tensor text, @Nullable Tensor image, Memo<Integer> keyValues,
            Memo<Positions> rotary) implements Conditioned {
        @Override
        public void close() {
            text.close();
            if (image != null) {
                image.close();
            }
            keyValues.close();
            rotary.close();
        }
    }

    // ------------------------------------------------------------------ what all blocks of one pass share

    /** The KV cache of this pass. @param rotate applies the rotary embedding to the kept keys [B, L, N, D] */
    private record Past(KvCache cache, boolean write, UnaryOperator<Tensor> rotate) {}

    /**
     * @param height tokens of a frame @param width tokens of a frame @param level [B, T, C] @param modulation [B, T, 6, C]
     * @param text [B, S, C] @param image [B, n, C] or null
     */
    private record Call(
            int height, int width, Tensor level, Tensor modulation, Tensor text, @Nullable Tensor image, RotaryEmbedding rotary,
            List<VisibleFrames> visible, @Nullable Past past, @Nullable Prepared prepared) implements Checkpointed.Context<Call> {
        @Override
        public List<Tensor> shared() {
            return List.of(level, modulation, text);
        }

        @Override
        public Call withShared(List<Tensor> t) {
            return new Call(height, width, t.get(0), t.get(1), t.get(2), image, rotary, visible, past, null);
        }
    }

    private @Nullable Past past(DenoiserInput in, AttentionPolicy policy, int height, int width, @Nullable Prepared prepared) {
        if (!(policy instanceof AttentionPolicy.Cached cached)) {
            return null;
        }
        KvCache cache = cached.cache();
        cache.check(in.firstFrame(), in.noisy().size(0), height * width, config.layers());
        if (cache.held() == 0 || cache.isRotated()) {
            return new Past(cache, cached.write(), UnaryOperator.identity());
        }
        return new Past(cache, cached.write(), rotary(cache.positions(), height, width, prepared)::apply); // one for all layers
    }

    /** Keys and values of 30 layers at 480×832: 274 MiB a latent frame in bf16, and half of that again for rotated keys. */
    @Override
    public KvCache openCache(long batch, int height, int width, int sink, int window) {
        if (height % config.patchHeight() != 0 || width % config.patchWidth() != 0) {
            throw new ShapeException("latent", "a multiple of " + config.patchHeight() + "x" + config.patchWidth(), new long[] {height, width});
        }
        int tokens = height / config.patchHeight() * (width / config.patchWidth());
        return new KvCache(
                new KvCache.Layout(config.layers(), batch, tokens, config.heads(), config.headDim(), params.dtype(), params.device()),
                sink, window);
    }

    // ------------------------------------------------------------------ blocks

    /** {@code q, k, v, o} of one attention; queries and keys are normalised over the whole width. @param qNorm [C] @param kNorm [C] */
    private record Attention(Linear q, Linear k, Linear v, Linear o, Tensor qNorm, Tensor kNorm) {
        static Attention of(Params p, int dim) {
            return new Attention(
                    linear(p, "q", dim), linear(p, "k", dim), linear(p, "v", dim), linear(p, "o", dim),
                    p.at("norm_q").get("weight", Init.ones(), dim), p.at("norm_k").get("weight", Init.ones(), dim));
        }

        Attention on(Device d) {
            return new Attention(q.on(d), k.on(d), v.on(d), o.on(d), qNorm.to(d), kNorm.to(d));
        }
    }

    /** Keys and values of the image, in image-to-video models. @param kNorm [C] */
    private record ImageKeys(Linear k, Linear v, Tensor kNorm) {
        static ImageKeys of(Params p, int dim) {
            return new ImageKeys(linear(p, "k_img", dim), linear(p, "v_img", dim), p.at("norm_k_img").get("weight", Init.ones(), dim));
        }

        ImageKeys on(Device d) {
            return new ImageKeys(k.on(d), v.on(d), kNorm.to(d));
        }
    }

    private static Linear linear(Params p, String name, int dim) {
        return Linear.of(p.at(name), dim, dim, Init.xavier());
    }

    /**
     * Modulated self-attention over all tokens, cross-attention without modulation or gate, modulated MLP (section 4.2.1, figure 9).
     *
     * @param modulation [1, 6, C], added to that of the level @param norm3Weight [C] or null @param norm3Bias [C] or null
     */
    private record Block(
            WanConfig config, int index, Tensor modulation, Attention self, @Nullable Tensor norm3Weight, @Nullable Tensor norm3Bias, Attention cross,
            @Nullable ImageKeys imageKeys, Linear ffnIn, Linear ffnOut) {
        static Block of(Params p, WanConfig c, int index) {
            int dim = c.dim();
            return new Block(
                    c, index, p.get("modulation", Init.normal(1 / Math.sqrt(dim)), 1, 6, dim), Attention.of(p.at("self_attn"), dim),
                    c.crossNorm() ? p.at("norm3").get("weight", Init.ones(), dim) : null,
                    c.crossNorm() ? p.at("norm3").get("bias", Init.zeros(), dim) : null,
                    Attention.of(p.at("cross_attn"), dim), c.imageDim() == 0 ? null : ImageKeys.of(p.at("cross_attn"), dim),
                    Linear.of(p.at("ffn.0"), dim, c.ffn(), Init.xavier()), Linear.of(p.at("ffn.2"), c.ffn(), dim, Init.xavier()));
        }

        /** This block with its weights on a device, in the caller's scope. */
        Block on(Device d) {
            return new Block(
                    config, index, modulation.to(d), self.on(d), norm3Weight == null ? null : norm3Weight.to(d), norm3Bias == null ? null : norm3Bias.to(d),
                    cross.on(d), imageKeys == null ? null : imageKeys.on(d), ffnIn.on(d), ffnOut.on(d));
        }

        /** [B, T, HW, C] -> the same. */
        Tensor forward(Tensor x, Call call) {
            double eps = config.eps();
            try (var scope = Scope.open("block")) {
                List<Tensor> six = call.modulation.add(modulation).as(x.dtype()).chunk(6, 2); // each [B, T, 1, C]
                Modulation attention = Modulation.of(six.get(0), six.get(1), six.get(2));
                Modulation mlp = Modulation.of(six.get(3), six.get(4), six.get(5));
                Tensor a = part(() -> selfAttention(attention.apply(x, eps), call));
                Tensor y = x.addProduct(a, attention.gate());
                a.close();
                Tensor c = part(() -> crossAttention(norm3Weight == null ? y : Ops.layerNorm(y, norm3Weight, norm3Bias, eps).as(y.dtype()), call));
                Tensor z = y.add(c);
                c.close();
                Tensor m = part(() -> ffnOut.apply(ffnIn.applyGeluTanh(mlp.apply(z, eps))));
                return scope.keep(z.addProduct(m, mlp.gate()));
            }
        }

        /** Frees intermediate tensors. */
        private static Tensor part(Supplier<Tensor> work) {
            try (var scope = Scope.open("part of a block")) {
                return scope.keep(work.get());
            }
        }

        private Tensor selfAttention(Tensor x, Call call) {
            Tensor tokens = x.reshape(x.size(0), -1, config.dim()); // [B, L, C]
            Tensor v = heads(self.v.apply(tokens)); // [B, L, N, D]
            Tensor q = call.rotary.apply(heads(Ops.rmsNorm(self.q.apply(tokens), self.qNorm, config.eps())).as(v.dtype()));
            Tensor unrotated = heads(Ops.rmsNorm(self.k.apply(tokens), self.kNorm, config.eps())).as(v.dtype());
            Tensor k = call.rotary.apply(unrotated);
            Past past = call.past;
            Tensor attended;
            if (past != null) {
                KvCache.KeyValues seen = past.cache.visible(index, past.rotate, k, v);
                attended = attention(q, seen.keys(), seen.values());
                if (past.write) {
                    past.cache.write(index, unrotated, v);
                }
            } else {
                var parts = new ArrayList<Tensor>();
                long n = (long) call.height * call.width;
                for (VisibleFrames slice : call.visible) {
                    parts.add(attention(q.narrow(1, slice.from() * n, slice.count() * n), seen(k, slice, n), seen(v, slice, n)));
                }
                attended = parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 1);
            }
            return self.o.apply(attended).reshape(x.shape());
        }

        private static Tensor seen(Tensor x, VisibleFrames slice, long tokens) {
            List<Tensor> ranges = slice.seen().stream().map(s -> x.narrow(1, s.from() * tokens, s.count() * tokens)).toList();
            return ranges.size() == 1 ? ranges.getFirst() : Tensor.cat(ranges, 1);
        }

        /** Cross-attention to the text, plus to the image in image-to-video models. */
        private Tensor crossAttention(Tensor x, Call call) {
            Tensor tokens = x.reshape(x.size(0), -1, config.dim()); // [B, L, C]
            List<Tensor> kv = call.prepared == null ? keyValues(call) : call.prepared.keyValues.get(index, () -> keyValues(call));
            Tensor q = heads(Ops.rmsNorm(cross.q.apply(tokens), cross.qNorm, config.eps())).as(kv.get(1).dtype()); // [B, L, N, D]
            Tensor attended = attention(q, kv.get(0), kv.get(1));
            if (kv.size() > 2) {
                attended = attended.add(attention(q, kv.get(2), kv.get(3)));
            }
            return cross.o.apply(attended).reshape(x.shape());
        }

        /** Keys and values of the text, then of the image if there is one: each [B, S, N, D]. */
        private List<Tensor> keyValues(Call call) {
            Tensor v = heads(cross.v.apply(call.text));
            Tensor k = heads(Ops.rmsNorm(cross.k.apply(call.text), cross.kNorm, config.eps())).to(v.dtype());
            if (imageKeys == null || call.image == null) {
                return List.of(k, v);
            }
            Tensor iv = heads(imageKeys.v.apply(call.image));
            return List.of(k, v, heads(Ops.rmsNorm(imageKeys.k.apply(call.image), imageKeys.kNorm, config.eps())).to(iv.dtype()), iv);
        }

        /** [B, L, C] -> [B, L, N, D]. */
        private Tensor heads(Tensor x) {
            return x.reshape(x.size(0), x.size(1), config.heads(), config.headDim());
        }

        /** q, k, v [B, L, N, D] -> [B, L, C]. */
        private static Tensor attention(Tensor q, Tensor k, Tensor v) {
            DType t = v.dtype();
            Tensor o = Ops.attention(q.as(t).transpose(1, 2), k.as(t).transpose(1, 2), v.transpose(1, 2), null);
            return o.transpose(1, 2).reshape(q.size(0), q.size(1), q.size(2) * q.size(3));
        }
    }

    // ------------------------------------------------------------------ prediction

    /** From the last block's [B, T, HW, C] to [B, c, T, H p, W p]. */
    private Tensor velocity(Tensor x, Call call) {
        List<Tensor> two = call.level.unsqueeze(2).add(headModulation).to(x.dtype()).chunk(2, 2); // each [B, T, 1, C]
        Tensor patches = head.apply(Modulation.of(two.get(0), two.get(1), null).apply(x, config.eps())); // [B, T, HW, p p c], channel fastest
        int ph = config.patchHeight();
        int pw = config.patchWidth();
        return patches.reshape(x.size(0), x.size(1), call.height, call.width, ph, pw, config.outChannels())
                .permute(0, 6, 1, 2, 4, 3, 5)
                .reshape(x.size(0), config.outChannels(), x.size(1), (long) call.height * ph, (long) call.width * pw)
                .to(DType.F32);
    }
}
