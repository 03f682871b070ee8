package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Kind;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.KvCache;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * The transformer of Wan 2.1 (Wan team 2025, arXiv 2503.20314, section 4.2) and of the causal students made from it (CausVid, arXiv
 * 2412.07772; Self-Forcing, arXiv 2506.08009): one network, which the attention policy makes bidirectional, block-causal or cached. It
 * predicts the velocity {@code eps − x0} and is told a level for each latent frame.
 *
 * <p>B batch, T latent frames, H W tokens, L = T·H·W, C width, F inner width, N heads, D head width, S text tokens.
 */
public final class WanTransformer implements TrainableDenoiser {
    private static final String BLOCKS = "blocks.";

    private final WanConfig config;
    private final Params params;
    private final Params blockParams;
    private final Tensor patchWeight; // [C, c, 1, p, p]
    private final Tensor patchBias; // [C]
    private final Linear text1;
    private final Linear text2;
    private final Linear time1;
    private final Linear time2;
    private final Linear timeProjection;
    private final @Nullable ImageEmbedding image;
    private final List<WanBlock> blocks = new ArrayList<>();
    private final Tensor headModulation; // [1, 2, C]
    private final Linear head;

    /** Asks {@code params} for every weight under Wan's own name ({@link WanNames} knows others); the transformer then owns them. */
    public WanTransformer(WanConfig config, Params params) {
        this(config, params, params);
    }

    /**
     * As {@link #WanTransformer(WanConfig, Params)} with the blocks' weights elsewhere: each block visits the device of {@code params}
     * when its turn comes, so a network runs whose weights do not fit there.
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
        time1 = Linear.of(params.at("time_embedding.0"), config.frequencies(), c, Init.normal(0.02));
        time2 = Linear.of(params.at("time_embedding.2"), c, c, Init.normal(0.02));
        timeProjection = Linear.of(params.at("time_projection.1"), c, 6 * c, Init.xavier());
        image = config.imageDim() == 0 ? null : new ImageEmbedding(params.at("img_emb"), config);
        for (int i = 0; i < config.layers(); i++) {
            this.blocks.add(new WanBlock(blocks.at(BLOCKS + i), config, i));
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

    /** All weights, or all but the blocks' where those lie elsewhere. */
    @Override
    public Params params() {
        return params;
    }

    @Override
    public double flops(long[] latent, int words) {
        int tokens = (int) (latent[2] / config.patchHeight() * (latent[3] / config.patchWidth()));
        return WanFlops.forward(config, 1, (int) latent[1], 0, tokens, true);
    }

    /** For one stream or sampling run from text. */
    public WanSession session() {
        return session(Places.HELD, null);
    }

    /** For one stream or sampling run. @param image what image-to-video models need */
    public WanSession session(Places places, @Nullable WanImage image) {
        return new WanSession(this, places, image);
    }

    @Override
    public Tensor predict(DenoiserInput in, AttentionPolicy policy) {
        return predict(in, policy, Places.HELD, null, null);
    }

    Tensor predict(DenoiserInput in, AttentionPolicy policy, Places places, @Nullable WanImage picture, @Nullable WanSession session) {
        check(in, policy, picture);
        int frames = (int) in.noisy().size(2);
        int height = (int) in.noisy().size(3) / config.patchHeight();
        int width = (int) in.noisy().size(4) / config.patchWidth();
        try (var scope = Scope.open("wan")) {
            Entry entry = enter(in, policy, places, picture, session);
            Tensor x = entry.x;
            for (WanBlock block : blocks) {
                Tensor next = blockParams == params ? block.forward(x, entry.call) : visiting(block, x, entry.call);
                x.close(); // what the backward pass needs of it, it holds itself
                x = next;
            }
            if (policy instanceof AttentionPolicy.Cached cached && cached.write()) {
                cached.cache().commit(frames);
            }
            return scope.keep(leave(x, entry.level, height, width));
        }
    }

    @Override
    public void backward(DenoiserInput in, AttentionPolicy policy, Tensor gradient) {
        if (policy instanceof AttentionPolicy.Cached cached && cached.write()) {
            throw new IllegalArgumentException("a pass that writes its cache has no gradient");
        }
        check(in, policy, null);
        int height = (int) in.noisy().size(3) / config.patchHeight();
        int width = (int) in.noisy().size(4) / config.patchWidth();
        try (var scope = Scope.open("wan backward")) {
            var inputs = new ArrayList<Tensor>(); // of each block, then of the head
            Entry apart;
            try (var off = Grad.off()) {
                Entry entry = enter(in, policy, Places.HELD, null, null);
                inputs.add(entry.x);
                for (WanBlock block : blocks) {
                    inputs.add(block.forward(inputs.getLast(), entry.call));
                }
                apart = entry.apart();
            }
            Tensor due = layered(inputs.getLast(), gradient, x -> leave(x, apart.level, height, width));
            for (int i = blocks.size() - 1; i >= 0; i--) {
                WanBlock block = blocks.get(i);
                inputs.removeLast().close();
                due = layered(inputs.getLast(), due, x -> block.forward(x, apart.call));
            }
            Entry again = enter(in, policy, Places.HELD, null, null);
            Tensor sum = again.x.mul(due).sum();
            List<Tensor> shared = again.shared();
            List<Tensor> leaves = apart.shared();
            for (int i = 0; i < shared.size(); i++) {
                sum = sum.add(shared.get(i).mul(leaves.get(i).grad()).sum());
            }
            sum.backward();
        }
    }

    /** Gradient of {@code input}, that of the output being {@code due}. */
    private static Tensor layered(Tensor input, Tensor due, UnaryOperator<Tensor> pass) {
        try (var scope = Scope.open("block again")) {
            Tensor leaf = input.detach().requiresGrad(true);
            pass.apply(leaf).backward(due);
            return scope.keep(leaf.grad());
        }
    }

    /** What goes into the first block, [B, T, HW, C], and what blocks and head share: the levels, [B, T, C], what is told, text. */
    private record Entry(Tensor x, Tensor level, WanBlock.Call call) {
        /** The same numbers, shared ones with gradients of their own. */
        Entry apart() {
            Words words = Words.once(call.words().text().detach().requiresGrad(true), null);
            return new Entry(
                    x, level.detach().requiresGrad(true),
                    new WanBlock.Call(call.tokens(), call.told().detach().requiresGrad(true), call.turn(), call.sights(), call.past(), words));
        }

        List<Tensor> shared() {
            return List.of(level, call.told(), call.words().text());
        }
    }

    private Entry enter(DenoiserInput in, AttentionPolicy policy, Places places, @Nullable WanImage picture, @Nullable WanSession session) {
        int frames = (int) in.noisy().size(2);
        int height = (int) in.noisy().size(3) / config.patchHeight();
        int width = (int) in.noisy().size(4) / config.patchWidth();
        Tensor x = embed(in, picture, height, width); // [B, T, HW, C]
        Tensor level = level(in.level()).to(x.dtype()); // [B, T, C]
        Tensor told = timeProjection.apply(level.silu()).reshape(level.size(0), frames, 6, config.dim());
        Words words = session == null
                ? Words.once(textTokens(in), imageTokens(in, picture))
                : session.words(in, in.noisy().size(0), () -> Words.kept(textTokens(in), imageTokens(in, picture), config.layers()));
        Turn turn = turn(places(in, policy, places), height, width, session);
        return new Entry(x, level, new WanBlock.Call(
                height * width, told, turn, Sight.of(policy, frames),
                past(in, policy, places, height, width, session), words));
    }

    /** From the last block to the prediction. */
    private Tensor leave(Tensor x, Tensor level, int height, int width) {
        List<Tensor> two = level.unsqueeze(2).add(headModulation).to(x.dtype()).chunk(2, 2); // each [B, T, 1, C]
        return unpatchified(head.apply(WanBlock.modulated(x, two.get(0), two.get(1), config.eps())), height, width).to(DType.F32);
    }

    private Tensor visiting(WanBlock block, Tensor x, WanBlock.Call call) {
        try (var scope = Scope.open("visiting block")) {
            return scope.keep(block.on(params.device()).forward(x, call));
        }
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
        if (in.kinds().contains(Kind.IMAGES) && noisy.size(2) > 1) {
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

    /** Cosines, then sines, of level·10000^(−j/half) in double, then an MLP: [B, T] -> [B, T, C]. */
    private Tensor level(Tensor level) {
        int half = config.frequencies() / 2;
        double[] frequencies = new double[half];
        for (int j = 0; j < half; j++) {
            frequencies[j] = Math.pow(10_000, -(double) j / half);
        }
        Tensor angle = level.to(DType.F64).unsqueeze(-1).mul(Tensor.of(frequencies).to(level.device()));
        Tensor waves = Tensor.cat(-1, angle.cos(), angle.sin()).to(time1.weight().dtype()).to(params.device());
        return time2.apply(time1.apply(waves).silu());
    }

    /** [B, S, C]: states filled up with zeros, which the MLP's biases turn into something and which is seen. */
    private Tensor textTokens(DenoiserInput in) {
        long b = in.noisy().size(0);
        Tensor states = switch (in.condition()) {
            case Condition.ClassLabel l -> throw new UserException("this model is told by text, not by class numbers");
            case Condition.None n -> Tensor.zeros(params.dtype(), params.device(), b, config.textLength(), config.textDim());
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

    private @Nullable Tensor imageTokens(DenoiserInput in, @Nullable WanImage picture) {
        if (image == null || picture == null || picture.states() == null) {
            return null;
        }
        return image.apply(WanImage.spread(picture.states(), in.noisy().size(0)).to(params.device()));
    }

    /** Place of each latent frame of the call. */
    private static int[] places(DenoiserInput in, AttentionPolicy policy, Places places) {
        int frames = (int) in.noisy().size(2);
        int first = policy instanceof AttentionPolicy.Cached cached && places == Places.HELD ? cached.cache().held() : in.firstFrame();
        int clip = policy instanceof AttentionPolicy.TeacherForced ? frames / 2 : frames;
        return IntStream.range(0, frames).map(i -> first + i % clip).toArray();
    }

    private Turn turn(int[] places, int height, int width, @Nullable WanSession session) {
        return session == null ? Turn.of(places, height, width, config.headDim(), params.device()) : session.turns().of(places, height, width);
    }

    private WanBlock.@Nullable Past past(DenoiserInput in, AttentionPolicy policy, Places places, int height, int width, @Nullable WanSession session) {
        if (!(policy instanceof AttentionPolicy.Cached cached)) {
            return null;
        }
        KvCache cache = cached.cache();
        if (cache.next() != in.firstFrame()) {
            throw new UserException("the cache goes on at latent frame " + cache.next() + ", but frame " + in.firstFrame() + " was asked for");
        }
        KvCache.Layout layout = cache.layout();
        if (layout.rows() != in.noisy().size(0) || layout.tokens() != height * width || layout.layers() != config.layers()) {
            throw new UserException("the cache was opened for a batch of " + layout.rows() + ", " + layout.tokens() + " tokens a frame and "
                    + layout.layers() + " layers, but the latent has " + in.noisy().size(0) + ", " + height * width + " and " + config.layers());
        }
        if (cache.held() == 0 || cache.isTurned()) {
            return new WanBlock.Past(cache, cached.write(), UnaryOperator.identity()); // nothing to turn
        }
        Turn held = turn(places == Places.HELD ? cache.places() : cache.frames(), height, width, session); // one for all layers
        return new WanBlock.Past(cache, cached.write(), held::apply);
    }

    /** Keys and values of 30 layers at 480×832: 274 MiB a latent frame in bf16, twice that while they are turned. */
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

    /** [B, T, HW, p p c], channel fastest -> [B, c, T, H p, W p]. */
    private Tensor unpatchified(Tensor x, int height, int width) {
        int ph = config.patchHeight();
        int pw = config.patchWidth();
        long[] s = x.shape();
        return x.reshape(s[0], s[1], height, width, ph, pw, config.outChannels())
                .permute(0, 6, 1, 2, 4, 3, 5)
                .reshape(s[0], config.outChannels(), s[1], (long) height * ph, (long) width * pw);
    }

    @Override
    public void close() {
        params.close();
        blockParams.close();
    }
}
