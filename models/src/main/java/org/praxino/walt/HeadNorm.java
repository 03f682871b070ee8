package org.praxino.walt;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** Norm of queries and keys over the head width (W.A.L.T section 3.4, after ViT-22B). */
record HeadNorm(WaltConfig.QkNorm kind, @Nullable Tensor weight) {
    static HeadNorm of(Params p, String name, WaltConfig c) {
        WaltConfig.QkNorm kind = c.windows().qkNorm();
        return new HeadNorm(kind, kind == WaltConfig.QkNorm.NONE ? null : p.get(name, Init.ones(), c.width().headDim()));
    }

    Tensor apply(Tensor x) {
        return switch (kind) {
            case NONE -> x;
            case LAYER -> Ops.layerNorm(x, weight, null, WaltTransformer.EPS);
            case RMS -> Ops.rmsNorm(x, weight, WaltTransformer.EPS);
        };
    }
}
