package org.praxino.train.tokenizer;

import java.util.List;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Ops;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;

/**
 * Equivariance of latents to scaling and rotation (EQ-VAE, Kouzelis et al. 2025, arXiv 2502.09509, equation 5): in a share of the batches the
 * latent is resized and rotated by a multiple of 90 degrees before it is decoded, and the target is the picture treated alike. A latent
 * space that is equivariant is easier to generate in.
 *
 * @param probability share of batches that are transformed
 * @param scales sizes to draw from, each in (0, 1]; 1 only rotates
 */
public record EquivarianceTraining(double probability, List<Double> scales) {
    public EquivarianceTraining {
        scales = List.copyOf(scales);
        if (!(probability > 0 && probability <= 1)) {
            throw new ConfigException("equivariance probability=" + probability + " must lie in (0, 1]");
        }
        if (scales.isEmpty() || scales.stream().anyMatch(s -> !(s > 0 && s <= 1))) {
            throw new ConfigException("equivariance scales=" + scales + " must be numbers in (0, 1]");
        }
    }

    /** A transformation of latents and frames. @param latent side of the latent after it @param turns of 90 degrees */
    record Transform(long latent, int turns) {
        /** @param x [B, C, T, H, W], square @param factor positions of {@code x} for one of the latent */
        Tensor apply(Tensor x, long factor) {
            long side = latent * factor;
            return rotated(side == x.size(3) ? x : resized(x, side));
        }

        private Tensor rotated(Tensor x) {
            return switch (turns) {
                case 1 -> x.transpose(3, 4).flip(3);
                case 2 -> x.flip(3, 4);
                case 3 -> x.transpose(3, 4).flip(4);
                default -> x;
            };
        }

        private static Tensor resized(Tensor x, long side) {
            long[] s = x.shape();
            Tensor frames = x.transpose(1, 2).reshape(s[0] * s[2], s[1], s[3], s[4]); // [B·T, C, H, W]
            return Ops.resizeBilinear(frames, side, side).reshape(s[0], s[2], s[1], side, side).transpose(1, 2);
        }
    }

    /** @param latent side of the latent before it */
    Transform draw(RandomStream random, long latent) {
        long side = Math.max(1, Math.round(latent * scales.get(random.nextInt(scales.size()))));
        return new Transform(side, side == latent ? 1 + random.nextInt(3) : random.nextInt(4));
    }
}
