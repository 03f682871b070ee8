package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.KvCache;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * One block (dossier of CausVid, section 3.3): modulated self-attention over all tokens, cross-attention without modulation or gate,
 * modulated MLP. Letters as in {@link WanTransformer}.
 */
final class WanBlock {
    private final WanConfig c;
    private final int index;
    private final Tensor modulation; // [1, 6, C]
    private final Attention self;
    private final @Nullable Tensor norm3Weight; // [C]
    private final @Nullable Tensor norm3Bias; // [C]
    private final Attention cross;
    private final @Nullable ImageKeys image;
    private final Linear ffnIn;
    private final Linear ffnOut;

    WanBlock(Params p, WanConfig config, int index) {
        this.c = config;
        this.index = index;
        int dim = c.dim();
        modulation = p.get("modulation", Init.normal(1 / Math.sqrt(dim)), 1, 6, dim);
        self = new Attention(p.at("self_attn"), c);
        norm3Weight = c.crossNorm() ? p.at("norm3").get("weight", Init.ones(), dim) : null;
        norm3Bias = c.crossNorm() ? p.at("norm3").get("bias", Init.zeros(), dim) : null;
        cross = new Attention(p.at("cross_attn"), c);
        image = c.imageDim() == 0 ? null : new ImageKeys(p.at("cross_attn"), c);
        ffnIn = Linear.of(p.at("ffn.0"), dim, c.ffn(), Init.xavier());
        ffnOut = Linear.of(p.at("ffn.2"), c.ffn(), dim, Init.xavier());
    }

    /** This block with its weights on a device, in the caller's scope. */
    WanBlock on(Device device) {
        return new WanBlock(this, device);
    }

    private WanBlock(WanBlock from, Device device) {
        c = from.c;
        index = from.index;
        modulation = from.modulation.to(device);
        self = new Attention(from.self, device);
        norm3Weight = from.norm3Weight == null ? null : from.norm3Weight.to(device);
        norm3Bias = from.norm3Bias == null ? null : from.norm3Bias.to(device);
        cross = new Attention(from.cross, device);
        image = from.image == null ? null : new ImageKeys(from.image, device);
        ffnIn = from.ffnIn.on(device);
        ffnOut = from.ffnOut.on(device);
    }

    /** Projections of one attention; queries and keys are normalised over the whole width, before it is cut into heads. */
    private static final class Attention {
        private final Linear q;
        private final Linear k;
        private final Linear v;
        private final Linear o;
        private final Tensor qNorm; // [C]
        private final Tensor kNorm; // [C]

        Attention(Params p, WanConfig c) {
            q = Linear.of(p.at("q"), c.dim(), c.dim(), Init.xavier());
            k = Linear.of(p.at("k"), c.dim(), c.dim(), Init.xavier());
            v = Linear.of(p.at("v"), c.dim(), c.dim(), Init.xavier());
            o = Linear.of(p.at("o"), c.dim(), c.dim(), Init.xavier());
            qNorm = p.at("norm_q").get("weight", Init.ones(), c.dim());
            kNorm = p.at("norm_k").get("weight", Init.ones(), c.dim());
        }

        Attention(Attention from, Device device) {
            q = from.q.on(device);
            k = from.k.on(device);
            v = from.v.on(device);
            o = from.o.on(device);
            qNorm = from.qNorm.to(device);
            kNorm = from.kNorm.to(device);
        }
    }

    /** Keys and values of a picture, in image-to-video models. */
    private static final class ImageKeys {
        private final Linear k;
        private final Linear v;
        private final Tensor kNorm; // [C]

        ImageKeys(Params p, WanConfig c) {
            k = Linear.of(p.at("k_img"), c.dim(), c.dim(), Init.xavier());
            v = Linear.of(p.at("v_img"), c.dim(), c.dim(), Init.xavier());
            kNorm = p.at("norm_k_img").get("weight", Init.ones(), c.dim());
        }

        ImageKeys(ImageKeys from, Device device) {
            k = from.k.on(device);
            v = from.v.on(device);
            kNorm = from.kNorm.to(device);
        }
    }

    /** What all blocks of one call share. @param tokens of a latent frame @param told [B, T, 6, C] */
    record Call(int tokens, Tensor told, Turn turn, List<Sight> sights, @Nullable Past past, Words words) {}

    /** What is seen beside the frames of the call. @param turn puts the kept keys [B, L, N, D] in their places */
    record Past(KvCache cache, boolean write, UnaryOperator<Tensor> turn) {}

    /** [B, T, HW, C] -> the same. */
    Tensor forward(Tensor x, Call call) {
        try (var scope = Scope.open("block")) {
            List<Tensor> six = call.told.add(modulation).as(x.dtype()).chunk(6, 2); // each [B, T, 1, C]
            Tensor attended = part(() -> attend(modulated(x, six.get(0), six.get(1), c.eps()), call));
            Tensor y = x.addProduct(attended, six.get(2));
            attended.close();
            Tensor said = part(() -> listen(crossNormed(y), call.words));
            Tensor z = y.add(said);
            said.close();
            Tensor thought = part(() -> think(modulated(z, six.get(3), six.get(4), c.eps())));
            return scope.keep(z.addProduct(thought, six.get(5)));
        }
    }

    /** Frees what is only needed on the way. */
    private static Tensor part(java.util.function.Supplier<Tensor> work) {
        try (var scope = Scope.open("part of a block")) {
            return scope.keep(work.get());
        }
    }

    /** norm(x)·(1 + scale) + shift. @param x [B, T, HW, C] @param shift [B, T, 1, C] @param scale [B, T, 1, C] */
    static Tensor modulated(Tensor x, Tensor shift, Tensor scale, double eps) {
        return shift.addProduct(Ops.layerNorm(x, null, null, eps).as(x.dtype()), scale.add(1));
    }

    private Tensor crossNormed(Tensor x) {
        return norm3Weight == null ? x : Ops.layerNorm(x, norm3Weight, norm3Bias, c.eps()).as(x.dtype());
    }

    private Tensor attend(Tensor x, Call call) {
        Tensor tokens = x.reshape(x.size(0), -1, c.dim()); // [B, L, C]
        Tensor v = heads(self.v.apply(tokens)); // [B, L, N, D]
        Tensor q = call.turn.apply(heads(Ops.rmsNorm(self.q.apply(tokens), self.qNorm, c.eps())).as(v.dtype()));
        Tensor plain = heads(Ops.rmsNorm(self.k.apply(tokens), self.kNorm, c.eps())).as(v.dtype());
        Tensor k = call.turn.apply(plain);
        Past past = call.past;
        Tensor attended;
        if (past != null) {
            KvCache.Seen seen = past.cache.seen(index, past.turn, k, v);
            attended = attention(q, seen.keys(), seen.values());
            if (past.write) {
                past.cache.write(index, plain, v);
            }
        } else {
            var parts = new ArrayList<Tensor>();
            for (Sight sight : call.sights) {
                long n = call.tokens;
                parts.add(attention(q.narrow(1, sight.from() * n, sight.count() * n), stretches(k, sight, n), stretches(v, sight, n)));
            }
            attended = parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 1);
        }
        return self.o.apply(attended).reshape(x.shape());
    }

    private static Tensor stretches(Tensor x, Sight sight, long tokens) {
        List<Tensor> seen = sight.seen().stream().map(s -> x.narrow(1, s.from() * tokens, s.count() * tokens)).toList();
        return seen.size() == 1 ? seen.getFirst() : Tensor.cat(seen, 1);
    }

    private Tensor listen(Tensor x, Words words) {
        Tensor tokens = x.reshape(x.size(0), -1, c.dim()); // [B, L, C]
        Words.Seen seen = words.seen(index, () -> seen(words));
        Tensor q = heads(Ops.rmsNorm(cross.q.apply(tokens), cross.qNorm, c.eps())).as(seen.text().v().dtype()); // [B, L, N, D]
        Tensor heard = attention(q, seen.text().k(), seen.text().v());
        Words.Pair picture = seen.image();
        if (picture != null) {
            heard = heard.add(attention(q, picture.k(), picture.v()));
        }
        return cross.o.apply(heard).reshape(x.shape());
    }

    private Words.Seen seen(Words words) {
        Tensor v = heads(cross.v.apply(words.text()));
        Tensor k = heads(Ops.rmsNorm(cross.k.apply(words.text()), cross.kNorm, c.eps())).to(v.dtype());
        var text = new Words.Pair(k, v);
        Tensor states = words.image();
        if (image == null || states == null) {
            return new Words.Seen(text, null);
        }
        Tensor iv = heads(image.v.apply(states));
        Tensor ik = heads(Ops.rmsNorm(image.k.apply(states), image.kNorm, c.eps())).to(iv.dtype());
        return new Words.Seen(text, new Words.Pair(ik, iv));
    }

    private Tensor think(Tensor x) {
        Tensor inner = ffnIn.apply(x); // [B, T, HW, F]
        Tensor active = inner.geluTanh();
        inner.close();
        return ffnOut.apply(active);
    }

    /** [B, L, C] -> [B, L, N, D]. */
    private Tensor heads(Tensor x) {
        return x.reshape(x.size(0), x.size(1), c.heads(), c.headDim());
    }

    /** q, k, v [B, L, N, D] -> [B, L, C]. */
    private static Tensor attention(Tensor q, Tensor k, Tensor v) {
        DType t = v.dtype();
        Tensor o = Ops.attention(q.as(t).transpose(1, 2), k.as(t).transpose(1, 2), v.transpose(1, 2), null);
        return o.transpose(1, 2).reshape(q.size(0), q.size(1), q.size(2) * q.size(3));
    }
}
