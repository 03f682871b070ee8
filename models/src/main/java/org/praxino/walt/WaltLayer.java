package org.praxino.walt;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Kind;
import org.praxino.diffusion.KvCache;
import org.praxino.tensor.DType;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Rotary;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * One layer of the W.A.L.T transformer: modulated self-attention inside a frame or over time, cross-attention to text, modulated MLP.
 * Letters as in {@link WaltTransformer}.
 */
final class WaltLayer {
    static final double EPS = 1e-6;

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

    WaltLayer(Params p, WaltConfig config, int index) {
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
        cross = c.crossIn(index) ? new Cross(p.at("cross"), c, index) : null;
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
            List<Tensor> six = six(call);
            Tensor h = modulated(x, six.get(0), six.get(1));
            Tensor y = WaltConfig.spatial(index) ? inFrames(h, x, six.get(2), call) : overTime(h, x, six.get(2), call);
            if (cross != null && call.words != null) {
                y = y.add(cross.forward(y, call.grid, call.words));
            }
            h = modulated(y, six.get(3), six.get(4));
            return scope.keep(y.addProduct(mlpOut.apply(mlpIn.applyGeluTanh(h)), six.get(5)));
        }
    }

    /** Writes its keys and values and does nothing else; of a layer over time. @param x [B, T, H, W, C] */
    void remember(Tensor x, Call call) {
        try (var scope = Scope.open("remember")) {
            List<Tensor> six = six(call);
            List<Tensor> parts = qkv.apply(call.grid.cut(modulated(x, six.get(0), six.get(1)))).chunk(3, -1);
            call.past.cache.write(index / 2, kNorm.apply(heads(parts.get(1), c)), heads(parts.get(2), c));
        }
    }

    /** 1 + scale, shift and gate of attention, then of the MLP: each [B, T, 1, 1, C]. */
    private List<Tensor> six(Call call) {
        return call.told.parts(index, () -> {
            List<Tensor> m = parts(modulation(call.told.told(), call.told.first()), 6);
            return List.of(m.get(0).add(1), m.get(1), m.get(2), m.get(3).add(1), m.get(4), m.get(5));
        });
    }

    /** [B, T, n C] -> n of [B, T, 1, 1, C]. */
    static List<Tensor> parts(Tensor modulation, int n) {
        return modulation.chunk(n, -1).stream().map(m -> m.unsqueeze(2).unsqueeze(2)).toList();
    }

    private Tensor inFrames(Tensor h, Tensor x, Tensor gate, Call call) {
        Grid g = call.grid;
        Tensor tokens = h.reshape((long) g.batch() * g.frames(), g.tokens(), c.dim()); // [BT, L, C]
        Tensor bias = relative == null ? null : relative.forWindow(call.spaceIndex, g.height(), g.width());
        return x.addProduct(attend(tokens, call.spaceRotary, bias, null).reshape(x.shape()), gate);
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
                case CLIP -> attend(own, call.rotary, bias, call.past);
                // The identity mask: each token sees itself only, so its value passes through (W.A.L.T 3.2).
                case IMAGES -> out.apply(qkv.part(own, 2L * c.dim(), c.dim()));
            });
        }
        Tensor attended = parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 0);
        return g.split(x).addProduct(g.joined(attended), gate.unsqueeze(2).unsqueeze(2)).reshape(x.shape());
    }

    /** Self-attention within windows. @param tokens [windows, L, C] @param past what else they see */
    private Tensor attend(Tensor tokens, @Nullable Rotary rotary, @Nullable Tensor bias, @Nullable Past past) {
        List<Tensor> parts = qkv.apply(tokens).chunk(3, -1);
        Tensor q = qNorm.apply(heads(parts.get(0), c)); // [windows, L, N, D]
        Tensor k = kNorm.apply(heads(parts.get(1), c));
        Tensor v = heads(parts.get(2), c);
        Tensor plain = k;
        if (rotary != null) {
            q = rotary.turn(q);
            k = rotary.turn(k);
        }
        if (past == null) {
            return out.apply(attention(q, k, v, bias));
        }
        KvCache cache = past.cache;
        int layer = index / 2; // of those over time
        KvCache.Seen seen = cache.seen(layer, past.turn, k, v);
        Tensor attended = out.apply(attention(q, seen.keys(), seen.values(), bias));
        if (past.write) {
            cache.write(layer, plain, v);
        }
        return attended;
    }

    /** Cross-attention: queries are a window's tokens, keys and values the same tokens and the text (W.A.L.T 3.2, joint training). */
    private static final class Cross {
        private final WaltConfig c;
        private final int index;
        private final boolean overTime;
        private final Linear query;
        private final Linear keyValue;
        private final HeadNorm qNorm;
        private final HeadNorm kNorm;
        private final Linear out;

        Cross(Params p, WaltConfig c, int index) {
            this.c = c;
            this.index = index;
            this.overTime = c.crossOverTime(index);
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
            Pair said = words.pair(index, () -> {
                List<Tensor> both = keyValue.apply(words.tokens).chunk(2, -1);
                return new Pair(kNorm.apply(heads(both.get(0), c)), heads(both.get(1), c));
            });
            Tensor k = spread(said.k, windows, words.rows); // [windows, S + 1, N, D]
            Tensor v = spread(said.v, windows, words.rows);
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
    record Call(
            Grid grid,
            List<Run> runs,
            Told told,
            @Nullable Words words,
            @Nullable Rotary spaceRotary, // of windows of one frame
            @Nullable Rotary rotary, // of windows over time
            @Nullable Tensor spaceIndex,
            @Nullable Tensor timeIndex,
            @Nullable Tensor mask, // [1, 1, L, L] of windows over time
            @Nullable Past past) {

        /** What of it has gradients, always in the same order. */
        List<Tensor> shared() {
            var all = new ArrayList<Tensor>();
            all.add(told.told());
            if (told.first() != null) {
                all.add(told.first());
            }
            if (words != null) {
                all.add(words.tokens());
            }
            return all;
        }

        /** The same values, cut off from what they were made of: gradients end, and are kept, here. */
        Call apart() {
            return new Call(
                    grid, runs, Told.once(leaf(told.told()), told.first() == null ? null : leaf(told.first())),
                    words == null ? null : Words.once(leaf(words.tokens()), words.bias(), words.rows()), spaceRotary, rotary, spaceIndex, timeIndex, mask, past);
        }

        private static Tensor leaf(Tensor t) {
            return t.detach().requiresGrad(true);
        }
    }

    /** What layers over time see beside the frames of the call. @param turn puts the kept keys [windows, L, N, D] in their places */
    record Past(KvCache cache, boolean write, UnaryOperator<Tensor> turn) {}

    /** Neighbouring batch elements of one kind. */
    record Run(Kind kind, int start, int count) {
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

    /** Keys and values of a text in one layer: each [M, S + 1, N, D]. */
    record Pair(Tensor k, Tensor v) {}

    /**
     * @param tokens [M, S + 1, C], the learned null text last
     * @param bias [M, 1, 1, S + 1]
     * @param rows [B·T] or null
     * @param kept each layer's keys and values, by its number; null for one call. Owned, as all else then
     */
    record Words(Tensor tokens, Tensor bias, @Nullable Tensor rows, @Nullable TreeMap<Integer, Pair> kept) implements AutoCloseable {
        /** For one call. */
        static Words once(Tensor tokens, Tensor bias, @Nullable Tensor rows) {
            return new Words(tokens, bias, rows, null);
        }

        /** For many calls without gradients; to be closed. */
        Words keep() {
            return new Words(tokens.copy().own(), bias.copy().own(), rows == null ? null : rows.copy().own(), new TreeMap<>());
        }

        /** Keys and values of one layer, made by {@code make} when they are not known. */
        Pair pair(int layer, Supplier<Pair> make) {
            if (kept == null) {
                return make.get();
            }
            Pair known = kept.get(layer);
            if (known == null) {
                try (var scope = Scope.open("words")) {
                    Pair fresh = make.get();
                    known = new Pair(fresh.k.copy().own(), fresh.v.copy().own());
                }
                kept.put(layer, known);
            }
            return known;
        }

        @Override
        public void close() {
            if (kept != null) {
                tokens.close();
                bias.close();
                if (rows != null) {
                    rows.close();
                }
                kept.values().forEach(p -> {
                    p.k.close();
                    p.v.close();
                });
            }
        }
    }

    /** (1 + γ)·norm(x) + β. @param x [B, T, H, W, C] @param scale 1 + γ, [B, T, 1, 1, C] @param shift β, [B, T, 1, 1, C] */
    static Tensor modulated(Tensor x, Tensor scale, Tensor shift) {
        return shift.addProduct(Ops.layerNorm(x, null, null, EPS), scale);
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
}
