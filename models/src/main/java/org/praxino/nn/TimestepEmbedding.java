package org.praxino.nn;

import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;

/**
 * Sinusoids of a noise level, then an MLP with SiLU (Peebles and Xie 2023, DiT, section 3.2; after Vaswani et al. 2017, section 3.5).
 * Cosines come first; angles are level·10000^(−j/half).
 *
 * @param first from the sinusoids to the network's width
 * @param precision type in which angles are computed
 */
public record TimestepEmbedding(Linear first, Linear second, DType precision) {
    /** [...] -> [..., C]. @param level on 0 .. 1000, on the network's device */
    public Tensor apply(Tensor level) {
        int half = (int) first.weight().size(1) / 2;
        double[] frequencies = new double[half];
        for (int j = 0; j < half; j++) {
            frequencies[j] = Math.pow(10_000, -(double) j / half);
        }
        Tensor angle = level.to(precision).unsqueeze(-1).mul(Tensor.of(frequencies).to(precision).to(level.device()));
        Tensor waves = Tensor.cat(-1, angle.cos(), angle.sin()).to(first.weight().dtype());
        return second.apply(first.apply(waves).silu());
    }
}
