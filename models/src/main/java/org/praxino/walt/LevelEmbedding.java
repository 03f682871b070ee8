package org.praxino.walt;

import org.praxino.tensor.DType;
import org.praxino.tensor.Init;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** 256 sinusoids of a level (cosines first, period 10 000), then an MLP (dossier 1.14, from DiT). */
final class LevelEmbedding {
    private static final int SINUSOIDS = 256;

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
        Tensor waves = Tensor.cat(-1, angle.cos(), angle.sin()).to(first.weight().dtype());
        return second.apply(first.apply(waves).silu());
    }
}
