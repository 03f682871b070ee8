package org.praxino.condition;

import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * Latent frames (or parts of them) that are known: the first frame in image to video, the past in continuation. W.A.L.T section
 * 3.3 (frame prediction): the network sees concat(mask ∘ latents, mask) on channels.
 *
 * @param latents [B, C, T, H, W], clean; values where the mask is 0 are ignored
 * @param mask [B, 1, T, 1, 1] or [B, 1, T, H, W], 1 where given
 */
public record GivenFrames(Tensor latents, Tensor mask) {
    public GivenFrames {
        if (latents.dim() != 5) {
            throw new ShapeException("given latents", "[B, C, T, H, W]", latents.shape());
        }
        long[] m = mask.shape();
        boolean fits = m.length == 5 && m[0] == latents.size(0) && m[1] == 1 && m[2] == latents.size(2)
                && ((m[3] == 1 && m[4] == 1) || (m[3] == latents.size(3) && m[4] == latents.size(4)));
        if (!fits) {
            throw new ShapeException(
                    "mask of given latents",
                    "[" + latents.size(0) + ", 1, " + latents.size(2) + ", 1, 1] or the same with the latents' height and width",
                    m);
        }
    }

    /** The first {@code count} latent frames given, the others not. @param latents [B, C, T, H, W] */
    public static GivenFrames first(Tensor latents, int count) {
        int frames = (int) latents.size(2);
        float[] m = new float[frames];
        for (int t = 0; t < Math.min(count, frames); t++) {
            m[t] = 1;
        }
        Tensor mask = Tensor.of(m, 1, 1, frames, 1, 1).to(latents.device()).to(latents.dtype());
        return new GivenFrames(latents, mask.expand(latents.size(0), 1, frames, 1, 1));
    }

    /** {@code x} with {@code known} where something is given. Both [B, C, T, H, W]. */
    public Tensor over(Tensor x, Tensor known) {
        return known.mul(mask).add(x.mul(mask.mul(-1).add(1))); // exactly either
    }

    /** The elements of this followed by themselves. */
    public GivenFrames twice() {
        return new GivenFrames(Tensor.cat(0, latents, latents), Tensor.cat(0, mask, mask));
    }

    /** The elements of this followed by as many with nothing given. */
    public GivenFrames andNothing() {
        return new GivenFrames(Tensor.cat(0, latents, latents), Tensor.cat(0, mask, mask.mul(0)));
    }
}
