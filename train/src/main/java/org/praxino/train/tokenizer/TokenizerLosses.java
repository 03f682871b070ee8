package org.praxino.train.tokenizer;

import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Tensor;

/**
 * Weights of the reconstruction terms. W.A.L.T names reconstruction, adversarial and perceptual terms without their weights.
 *
 * @param l1 mean absolute error
 * @param mse mean squared error
 * @param edges mean absolute error of horizontal and vertical differences. Differs: ours; it keeps outlines sharp
 * @param motion mean absolute error of the differences of neighbouring frames. Differs: ours; it keeps motion from being smoothed away
 * @param latent ½·mean(z²), a light pull that bounds the latent. Differs: ours
 * @param kl divergence of the posterior from a standard normal, a mean over elements; needs a variational codec. Not in the paper
 * @param noise deviation of noise added to the latent in training, so that the decoder forgives small errors. Differs: ours
 */
public record TokenizerLosses(double l1, double mse, double edges, double motion, double latent, double kl, double noise) {
    public TokenizerLosses {
        for (double w : new double[] {l1, mse, edges, motion, latent, kl, noise}) {
            if (!(w >= 0)) {
                throw new ConfigException("loss weight " + w + " must not be negative");
            }
        }
    }

    /** KL(N(mean, e^logVariance) ‖ N(0, 1)), a mean over elements. */
    public static Tensor kl(Tensor mean, Tensor logVariance) {
        return mean.square().add(logVariance.exp()).sub(1).sub(logVariance).mean().mul(0.5);
    }

    /** Mean absolute error of the differences of neighbouring frames; 0 for one frame. @param error [B, 3, T, H, W] reconstruction − original */
    public static Tensor motion(Tensor error) {
        long t = error.size(2);
        return t == 1 ? error.mean().mul(0) : error.narrow(2, 1, t - 1).sub(error.narrow(2, 0, t - 1)).abs().mean();
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
