package org.praxino.walt;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Given;
import org.praxino.condition.Kind;
import org.praxino.condition.LowRes;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Denoiser;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Rotary;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * The W.A.L.T transformer (arXiv 2312.06662, sections 3.2 to 3.5): window attention that alternates between one latent frame and one
 * block of all frames, modulated by level and class, with cross-attention to text. docs/walt.md tells what is the paper's.
 *
 * <p>B batch, T latent frames, H W tokens, C width, N heads, D head width, L tokens of a window, S text tokens, M texts, r rank.
 * Tokens stay [B, T, H, W, C] contiguous throughout; only layers over time copy them into windows and back.
 */
public final class WaltTransformer implements Denoiser, AutoCloseable {
    private static final double EPS = 1e-6;
    private static final int SINUSOIDS = 256;

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
    private final @Nullable Linear pooledText;
    private final List<Layer> layers = new ArrayList<>();
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
        space = params.at("position").get("space", Init.normal(0.02), (long) config.gridHeight() * config.gridWidth(), c);
        time = params.at("position").get(learned ? "time" : "first", Init.normal(0.02), learned ? config.frames() : 1, c);
        level = new LevelEmbedding(params.at("level"), c);
        lowLevel = config.lowResolution() ? new LevelEmbedding(params.at("low_level"), c) : null;
        classes = config.classes() > 0 ? params.at("class").get("table", Init.normal(0.02), config.classes() + 1, c) : null;
        boolean told = config.textDim() > 0;
        text = told ? Linear.of(params.at("text.project"), config.textDim(), c, Init.xavier()) : null;
        nullText = told ? params.at("text").get("null", Init.normal(0.02), 1, 1, c) : null;
        pooledText = told ? Linear.of(params.at("text.pooled"), c, c, Init.normal(0.02)) : null;
        for (int i = 0; i < config.layers(); i++) {
            layers.add(new Layer(params.at("layers." + i), config, i));
        }
        finalModulation = Linear.of(params.at("final.modulation"), c, 2 * c, Init.zeros());
        out = Linear.of(params.at("final.out"), c, z * area, Init.zeros());
        params.finish();
    }

    public WaltConfig config() {
        return config;
    }

    public Params params() {
        return params;
    }

    @Override
    public void close() {
        params.close();
    }

    // ------------------------------------------------------------------------------------------------ layers, in order of use

    private record Linear(Tensor weight, @Nullable Tensor bias) {
        static Linear of(Params p, int in, int out, Init init) {
            return new Linear(p.get("weight", init, out, in), p.get("bias", Init.zeros(), out));
        }

        Tensor apply(Tensor x) {
            return Ops.linear(x, weight, bias);
        }

        /** Only rows {@code from .. from+count-1} of the output. */
        Tensor part(Tensor x, long from, long count) {
            return Ops.linear(x, weight.narrow(0, from, count), bias == null ? null : bias.narrow(0, from, count));
        }
    }

    /** 256 sinusoids of a level (cosines first, period 10 000), then an MLP (dossier 1.14, from DiT). */
    private static final class LevelEmbedding {
        private final Linear first;
        private final Linear second;

        LevelEmbedding(Params p, int dim) {
            first = Linear.of(p.at("0"), SINUSOIDS, dim, Init.normal(0.02));
            second = Linear.of(p.at("1"), dim, dim, Init.normal(0.02));
        }

        /** [...] -> [..., C]. */
        Tensor embed(Tensor level) {
            int half = SINUSOIDS / 2;
            float[] frequencies = new float[half];
            for (int j = 0; j < half; j++) {
                frequencies[j] = (float) Math.pow(10_000, -(double) j / half);
            }
            Tensor angle = level.to(DType.F32).unsqueeze(-1).mul(Tensor.of(frequencies).to(level.device()));
            Tensor waves = Tensor.cat(-1, angle.cos(), angle.sin()).to(first.weight.dtype());
            return second.apply(first.apply(waves).silu());
        }
    }

    /** Norm of queries and keys over the head width (W.A.L.T 3.4, after ViT-22B). */
    private record HeadNorm(WaltConfig.QkNorm kind, @Nullable Tensor weight) {
        static HeadNorm of(Params p, String name, WaltConfig c) {
            boolean none = c.qkNorm() == WaltConfig.QkNorm.NONE;
            return new HeadNorm(c.qkNorm(), none ? null : p.get(name, Init.ones(), c.headDim()));
        }

        Tensor apply(Tensor x) {
            return switch (kind) {
                case NONE -> x;
                case LAYER -> Ops.layerNorm(x, weight, null, EPS);
                case RMS -> Ops.rmsNorm(x, weight, EPS);
            };
        }
    }

    /** What all layers of one call share. */
    private record Call(
            Grid grid,
            List<Run> runs,
            Tensor told, // [B, T, C], level and class or text: c + t
            @Nullable Tensor firstModulation, // [B, T, 6C], A_1
            @Nullable Words words,
            @Nullable Rotary rotary,
            @Nullable Tensor spaceIndex,
            @Nullable Tensor timeIndex,
            @Nullable Tensor mask) {} // [1, 1, L, L] of windows over time

    /** Neighbouring batch elements of one kind. */
    private record Run(Kind kind, int start, int count) {
        static List<Run> of(List<Kind> kinds) {
            var runs = new ArrayList<Run>();
            for (int b = 0; b < kinds.size(); b++) {
                boolean same = !runs.isEmpty() && runs.getLast().kind == kinds.get(b);
                Run before = same ? runs.removeLast() : new Run(kinds.get(b), b, 0);
                runs.add(new Run(before.kind, before.start, before.count + 1));
            }
            return runs;
        }
    }

    /** @param tokens [M, S + 1, C], the learned null text last @param bias [M, 1, 1, S + 1] @param rows [B·T] or null */
    private record Words(Tensor tokens, Tensor bias, @Nullable Tensor rows) {}

    private static final class Layer {
        private final WaltConfig c;
        private final int index;
        private final @Nullable Linear modulation; // the first layer's, or every layer's at rank 0
        private final @Nullable Tensor down; // [r, C], W_a
        private final @Nullable Tensor up; // [6C, r], W_b
        private final Linear qkv;
        private final HeadNorm qNorm;
        private final HeadNorm kNorm;
        private final @Nullable RelativeBias relative;
        private final Linear out;
        private final @Nullable Cross cross;
        private final Linear mlpIn;
        private final Linear mlpOut;

        Layer(Params p, WaltConfig config, int index) {
            this.c = config;
            this.index = index;
            int dim = c.dim();
            boolean own = index == 0 || c.adaLnRank() == 0;
            modulation = own ? Linear.of(p.at("modulation"), dim, 6 * dim, Init.zeros()) : null;
            down = own ? null : p.at("modulation").get("down", Init.normal(0.02), c.adaLnRank(), dim);
            up = own ? null : p.at("modulation").get("up", Init.zeros(), 6L * dim, c.adaLnRank());
            Params attention = p.at("attention");
            qkv = Linear.of(attention.at("qkv"), dim, 3 * dim, Init.xavier());
            qNorm = HeadNorm.of(attention, "q_norm", c);
            kNorm = HeadNorm.of(attention, "k_norm", c);
            boolean spatial = WaltConfig.spatial(index);
            relative = !c.relativeBias() ? null : spatial
                    ? new RelativeBias(attention, 1, c.gridHeight(), c.gridWidth(), c.heads())
                    : new RelativeBias(attention, c.frames(), c.windowHeight(), c.windowWidth(), c.heads());
            out = Linear.of(attention.at("out"), dim, dim, Init.xavier());
            cross = c.crossIn(index) ? new Cross(p.at("cross"), c, c.crossOverTime(index)) : null;
            mlpIn = Linear.of(p.at("mlp.in"), dim, c.mlp(), Init.xavier());
            mlpOut = Linear.of(p.at("mlp.out"), c.mlp(), dim, Init.xavier());
        }

        /** A_1 = MLP(c + t), and for layers after it A_i = A_1 + W_b W_a (c + t) (W.A.L.T 3.2, adaLN-LoRA): [B, T, 6C]. */
        Tensor modulation(Tensor told, @Nullable Tensor first) {
            if (modulation != null) {
                return first != null && index == 0 ? first : modulation.apply(told.silu());
            }
            return first.add(Ops.linear(Ops.linear(told, down, null), up, null));
        }

        /** [B, T, H, W, C] -> the same. */
        Tensor forward(Tensor x, Call call) {
            try (var scope = Scope.open("layer")) {
                List<Tensor> six = modulation(call.told, call.firstModulation).chunk(6, -1).stream()
                        .map(m -> m.unsqueeze(2).unsqueeze(2)).toList(); // each [B, T, 1, 1, C]
                Tensor h = modulated(x, six.get(0), six.get(1));
                Tensor y = WaltConfig.spatial(index) ? inFrames(h, x, six.get(2), call) : overTime(h, x, six.get(2), call);
                if (cross != null && call.words != null) {
                    y = y.add(cross.forward(y, call.grid, call.words));
                }
                h = modulated(y, six.get(3), six.get(4));
                return scope.keep(y.addProduct(mlpOut.apply(mlpIn.apply(h).geluTanh()), six.get(5)));
            }
        }

        private Tensor inFrames(Tensor h, Tensor x, Tensor gate, Call call) {
            Grid g = call.grid;
            Tensor tokens = h.reshape((long) g.batch() * g.frames(), g.tokens(), c.dim()); // [BT, L, C]
            Tensor bias = relative == null ? null : relative.forWindow(call.spaceIndex, g.height(), g.width());
            return x.addProduct(attend(tokens, null, bias).reshape(x.shape()), gate);
        }

        private Tensor overTime(Tensor h, Tensor x, Tensor gate, Call call) {
            Grid g = call.grid;
            Tensor tokens = g.cut(h); // [B windows, L, C]
            Tensor bias = relative == null || call.timeIndex == null
                    ? null : relative.forWindow(call.timeIndex, g.windowHeight(), g.windowWidth());
            if (call.mask != null) {
                bias = bias == null ? call.mask : bias.add(call.mask);
            }
            var parts = new ArrayList<Tensor>();
            for (Run run : call.runs) {
                long n = g.windows();
                Tensor own = call.runs.size() == 1 ? tokens : tokens.narrow(0, run.start * n, run.count * n);
                parts.add(switch (run.kind) {
                    case CLIP -> attend(own, call.rotary, bias);
                    // The identity mask: each token sees itself only, so its value passes through (W.A.L.T 3.2).
                    case IMAGES -> out.apply(qkv.part(own, 2L * c.dim(), c.dim()));
                });
            }
            Tensor attended = parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 0);
            return g.split(x).addProduct(g.joined(attended), gate.unsqueeze(2).unsqueeze(2)).reshape(x.shape());
        }

        /** Self-attention within windows. @param tokens [windows, L, C] */
        private Tensor attend(Tensor tokens, @Nullable Rotary rotary, @Nullable Tensor bias) {
            List<Tensor> parts = qkv.apply(tokens).chunk(3, -1);
            Tensor q = qNorm.apply(heads(parts.get(0), c)); // [windows, L, N, D]
            Tensor k = kNorm.apply(heads(parts.get(1), c));
            if (rotary != null) {
                q = rotary.turn(q);
                k = rotary.turn(k);
            }
            return out.apply(attention(q, k, heads(parts.get(2), c), bias));
        }
    }

    /** Cross-attention: queries are a window's tokens, keys and values the same tokens and the text (W.A.L.T 3.2, joint training). */
    private static final class Cross {
        private final WaltConfig c;
        private final boolean overTime;
        private final Linear query;
        private final Linear keyValue;
        private final HeadNorm qNorm;
        private final HeadNorm kNorm;
        private final Linear out;

        Cross(Params p, WaltConfig c, boolean overTime) {
            this.c = c;
            this.overTime = overTime;
            query = Linear.of(p.at("q"), c.dim(), c.dim(), Init.xavier());
            keyValue = Linear.of(p.at("kv"), c.dim(), 2 * c.dim(), Init.xavier());
            qNorm = HeadNorm.of(p, "q_norm", c);
            kNorm = HeadNorm.of(p, "k_norm", c);
            out = Linear.of(p.at("out"), c.dim(), c.dim(), Init.zeros()); // starts as no change
        }

        /** What is added to x [B, T, H, W, C]. */
        Tensor forward(Tensor x, Grid g, Words words) {
            Tensor h = Ops.layerNorm(x, null, null, EPS);
            // With text alone for keys windows make no difference, so an element with one text is one window.
            boolean whole = c.textOnlyKeys() && words.rows == null;
            Tensor tokens = overTime && !whole ? g.cut(h) : h.reshape(whole ? g.batch() : (long) g.batch() * g.frames(), -1, c.dim());
            long windows = tokens.size(0);
            Tensor q = qNorm.apply(heads(query.apply(tokens), c)); // [windows, L, N, D]
            List<Tensor> said = keyValue.apply(words.tokens).chunk(2, -1);
            Tensor k = spread(kNorm.apply(heads(said.get(0), c)), windows, words.rows); // [windows, S + 1, N, D]
            Tensor v = spread(heads(said.get(1), c), windows, words.rows);
            Tensor bias = spread(words.bias, windows, words.rows); // [windows, 1, 1, S + 1]
            if (!c.textOnlyKeys()) {
                List<Tensor> own = keyValue.apply(tokens).chunk(2, -1);
                k = Tensor.cat(1, kNorm.apply(heads(own.get(0), c)), k);
                v = Tensor.cat(1, heads(own.get(1), c), v);
                bias = Ops.pad(bias, tokens.size(1), 0);
            }
            Tensor added = out.apply(attention(q, k, v, bias));
            return overTime && !whole ? g.joined(added).reshape(x.shape()) : added.reshape(x.shape());
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

    /** (1 + γ)·norm(x) + β. @param x [B, T, H, W, C] @param scale γ, [B, T, 1, 1, C] @param shift β, [B, T, 1, 1, C] */
    private static Tensor modulated(Tensor x, Tensor scale, Tensor shift) {
        return shift.addProduct(Ops.layerNorm(x, null, null, EPS), scale.add(1));
    }

    /** [windows, L, C] -> [windows, L, N, D]. */
    private static Tensor heads(Tensor x, WaltConfig c) {
        return x.reshape(x.size(0), x.size(1), c.heads(), c.headDim());
    }

    /** q, k, v [windows, L, N, D] -> [windows, L, C]. */
    private static Tensor attention(Tensor q, Tensor k, Tensor v, @Nullable Tensor bias) {
        DType t = v.dtype(); // under autocast norms may have left q and k wider
        Tensor o = Ops.attention(
                q.to(t).transpose(1, 2), k.to(t).transpose(1, 2), v.transpose(1, 2), bias == null ? null : bias.to(t));
        return o.transpose(1, 2).reshape(q.size(0), q.size(1), q.size(2) * q.size(3));
    }

    // ---------------------------------------------------------------------------------------------------------------- forward

    @Override
    public Tensor predict(DenoiserInput in, AttentionPolicy policy) {
        Tensor noisy = in.noisy();
        if (noisy.size(1) != config.latentChannels()) {
            throw new ShapeException("noisy latent", "[B, " + config.latentChannels() + ", T, H, W]", noisy.shape());
        }
        Grid g = Grid.of(config, noisy.shape());
        try (var scope = Scope.open("walt")) {
            Tensor x = embed(in, g);
            Words words = words(in);
            Tensor told = told(in, g, words);
            Call call = call(in, g, policy, told, words);
            for (Layer layer : layers) {
                Tensor next = layer.forward(x, call);
                x.close(); // what the backward pass needs of it, it holds itself
                x = next;
            }
            List<Tensor> last = finalModulation.apply(told.silu()).chunk(2, -1);
            Tensor h = modulated(x, last.get(0).unsqueeze(2).unsqueeze(2), last.get(1).unsqueeze(2).unsqueeze(2));
            return scope.keep(unpatchify(out.apply(h), g).to(DType.F32));
        }
    }

    private Call call(DenoiserInput in, Grid g, AttentionPolicy policy, Tensor told, @Nullable Words words) {
        Tensor first = config.adaLnRank() > 0 ? layers.getFirst().modulation(told, null) : null;
        List<Run> runs = Run.of(in.kinds());
        boolean clips = runs.stream().anyMatch(r -> r.kind == Kind.CLIP);
        boolean apart = in.kinds().contains(Kind.IMAGES) || (in.condition() instanceof Condition.Text t && t.rows() != null);
        if (config.cross() == WaltConfig.Cross.WINDOW && apart) {
            throw new UserException("this model's cross-attention spans frames: it takes clips with one text each, no images");
        }
        int l = g.windowHeight() * g.windowWidth();
        Rotary rotary = null;
        if (clips && config.time() == WaltConfig.TimePosition.ROTARY) {
            double[] places = new double[g.windowTokens()];
            for (int i = 0; i < places.length; i++) {
                places[i] = in.firstFrame() + i / l;
            }
            rotary = Rotary.of(places, config.headDim(), 10_000, params.device());
        }
        Device device = params.device();
        boolean biased = config.relativeBias();
        Tensor mask = switch (policy) {
            case AttentionPolicy.Full f -> null;
            case AttentionPolicy.BlockCausal b -> blockMask(g, l, b.frames()).to(device);
        };
        return new Call(
                g, runs, told, first, words, rotary,
                biased ? RelativeBias.index(1, 1, g.height(), g.width(), device) : null,
                biased && clips
                        ? RelativeBias.index(config.frames(), g.frames(), g.windowHeight(), g.windowWidth(), device) : null,
                clips ? mask : null);
    }

    /** 0 where a token's block of frames has begun, −1e30 where it lies ahead: [1, 1, L, L]. */
    private static Tensor blockMask(Grid g, int tokensPerFrame, int frames) {
        int l = g.windowTokens();
        float[] mask = new float[l * l];
        for (int i = 0; i < l; i++) {
            for (int j = 0; j < l; j++) {
                mask[i * l + j] = j / tokensPerFrame / frames <= i / tokensPerFrame / frames ? 0 : -1e30f;
            }
        }
        return Tensor.of(mask, 1, 1, l, l);
    }

    /** Patches of all input channels, projected, with their places: [B, T, H, W, C] (W.A.L.T 3.2). */
    private Tensor embed(DenoiserInput in, Grid g) {
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
        Tensor all = Tensor.cat(channels.stream().map(t -> t.to(patch.weight.dtype())).toList(), 1);
        Tensor patches = all.reshape(g.batch(), -1, g.frames(), g.height(), p, g.width(), p)
                .permute(0, 2, 3, 5, 1, 4, 6) // [B, T, H, W, Cin, p, p]
                .reshape(g.batch(), g.frames(), g.height(), g.width(), (long) config.inputChannels() * p * p);
        return patch.apply(patches).add(spacePositions(g)).add(timePositions(in, g));
    }

    private static Tensor zerosLike(Tensor x, long channels) {
        return Tensor.zeros(x.dtype(), x.device(), x.size(0), channels, x.size(2), x.size(3), x.size(4));
    }

    /** Convolution, then depth to space (W.A.L.T 3.5): [B, c, T, h/2, w/2] -> [B, c, T, h, w]. */
    private Tensor upscaled(LowRes low) {
        long[] s = low.latents().shape();
        Tensor frames = low.latents().to(patch.weight.dtype()).transpose(1, 2).reshape(s[0] * s[2], s[1], s[3], s[4]);
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
    private Tensor timePositions(DenoiserInput in, Grid g) {
        boolean learned = config.time() == WaltConfig.TimePosition.LEARNED;
        if (learned && in.kinds().contains(Kind.CLIP) && in.firstFrame() + g.frames() > config.frames()) {
            throw new UserException("latent frames up to " + (in.firstFrame() + g.frames()) + " were asked for, but this model"
                    + " has learned places for " + config.frames());
        }
        long[] places = new long[g.batch() * g.frames()];
        float[] first = new float[places.length];
        for (int i = 0; i < places.length; i++) {
            boolean image = in.kinds().get(i / g.frames()) == Kind.IMAGES;
            places[i] = image ? 0 : in.firstFrame() + i % g.frames();
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
                yield new Words(nullText.expand(b, 1, c), Tensor.zeros(DType.F32, params.device(), b, 1, 1, 1), null);
            }
            case Condition.Text t -> {
                if (t.states().size(2) != config.textDim()) {
                    throw new ShapeException("text states", "[M, S, " + config.textDim() + "]", t.states().shape());
                }
                long m = t.states().size(0);
                Tensor real = t.mask().to(DType.F32); // [M, S]
                Tensor dropped = real.amax(true, 1).neg().add(1); // [M, 1]
                Tensor seen = Tensor.cat(1, real, dropped);
                Tensor projected = text.apply(t.states().to(text.weight.dtype()));
                Tensor tokens = Tensor.cat(1, projected, nullText.expand(m, 1, c).to(projected.dtype()));
                Tensor rows = t.rows() == null ? null : t.rows().reshape(-1);
                yield new Words(tokens, seen.sub(1).mul(1e30).reshape(m, 1, 1, -1), rows);
            }
        };
    }

    /** c + t: the level of each latent frame plus class or pooled text, and the level of the low resolution: [B, T, C]. */
    private Tensor told(DenoiserInput in, Grid g, @Nullable Words words) {
        Tensor sum = level.embed(in.level());
        if (lowLevel != null && in.lowRes() != null) {
            sum = sum.add(lowLevel.embed(in.lowRes().level()).unsqueeze(1));
        }
        if (classes != null) {
            Tensor ids = switch (in.condition()) {
                case Condition.ClassLabel l -> l.ids();
                case Condition.None n -> Tensor.full(config.classes(), DType.I64, params.device(), g.batch());
                case Condition.Text t -> throw new UserException("this model is told by class numbers, not by text");
            };
            Tensor said = Ops.embedding(classes, ids);
            sum = sum.add(ids.dim() == 1 ? said.unsqueeze(1) : said);
        } else if (in.condition() instanceof Condition.ClassLabel) {
            throw new UserException("this model was made without classes and takes no class numbers");
        }
        if (words != null && pooledText != null) {
            Tensor seen = words.bias.reshape(words.bias.size(0), -1, 1).eq(0).to(DType.F32); // [M, S + 1, 1]
            Tensor mean = words.tokens.mul(seen).sum(false, 1).div(seen.sum(false, 1)).to(words.tokens.dtype()); // [M, C]
            Tensor said = pooledText.apply(mean);
            sum = sum.add(words.rows == null ? said.unsqueeze(1)
                    : said.indexSelect(0, words.rows).reshape(g.batch(), g.frames(), config.dim()));
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
