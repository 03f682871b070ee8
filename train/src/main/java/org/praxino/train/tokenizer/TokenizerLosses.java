package org.praxino.train.tokenizer;

import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Tensor;

/**
 * Weights of the reconstruction terms. W.A.L.T names reconstruction, adversarial and perceptual terms without their weights.
 *
 * @param l1 mean absolute error
 * @param mse mean squared error
 * @param edges mean absolute error of horizontal and vertical differences. Differs: ours; it keeps outlines sharp
 * @param latent ½·mean(z²), a light pull that bounds the latent. Differs: ours
 * @param noise deviation of noise added to the latent in training, so that the decoder forgives small errors. Differs: ours
 */
public record TokenizerLosses(double l1, double mse, double edges, double latent, double noise) {
    public TokenizerLosses {
        for (double w : new double[] {l1, mse, edges, latent, noise}) {
            if (!(w >= 0)) {
                throw new ConfigException("loss weight " + w + " must not be negative");
            }
        }
    }

    /** Mean absolute error. */
    public static Tensor l1(Tensor a, Tensor b) {
        return a.sub(b).abs().mean();
    }

    /** Mean absolute error of neighbour differences along width and height. @param error [..., H, W] reconstruction − original */
    public static Tensor edges(Tensor error) {
        long h = error.size(-2);
        long w = error.size(-1);
        Tensor across = error.narrow(-1, 1, w - 1).sub(error.narrow(-1, 0, w - 1)).abs().mean();
        Tensor down = error.narrow(-2, 1, h - 1).sub(error.narrow(-2, 0, h - 1)).abs().mean();
        return across.add(down);
    }
}
