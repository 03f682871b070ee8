package org.praxino.wan;

import org.jspecify.annotations.Nullable;
import org.praxino.nn.Linear;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/** Projects an image encoder's states to the network's width: norm, MLP, norm ("img_emb" of image-to-video models). */
final class ImageEmbedding {
    private static final double EPS = 1e-5;

    private final int width;
    private final @Nullable Tensor positions; // [1, n, D]
    private final Tensor inWeight; // [D]
    private final Tensor inBias;
    private final Linear first;
    private final Linear second;
    private final Tensor outWeight; // [C]
    private final Tensor outBias;

    ImageEmbedding(Params p, WanConfig c) {
        width = c.imageDim();
        positions = c.imageTokens() == 0 ? null : p.get("emb_pos", Init.zeros(), 1, c.imageTokens(), width);
        inWeight = p.at("proj.0").get("weight", Init.ones(), width);
        inBias = p.at("proj.0").get("bias", Init.zeros(), width);
        first = Linear.of(p.at("proj.1"), width, width, Init.xavier());
        second = Linear.of(p.at("proj.3"), width, c.dim(), Init.xavier());
        outWeight = p.at("proj.4").get("weight", Init.ones(), c.dim());
        outBias = p.at("proj.4").get("bias", Init.zeros(), c.dim());
    }

    /** [B, n, D] -> [B, n, C]. */
    Tensor apply(Tensor states) {
        if (states.size(2) != width || (positions != null && states.size(1) != positions.size(1))) {
            throw new ShapeException("picture's states", "[B, " + (positions == null ? "n" : positions.size(1)) + ", " + width + "]", states.shape());
        }
        Tensor x = states.to(first.weight().dtype());
        x = Ops.layerNorm(positions == null ? x : x.add(positions), inWeight, inBias, EPS);
        return Ops.layerNorm(second.apply(first.apply(x).gelu()), outWeight, outBias, EPS);
    }
}
