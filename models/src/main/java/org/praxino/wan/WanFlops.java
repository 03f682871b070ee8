package org.praxino.wan;

/** FLOPs of passes through Wan's transformer, as multiply-adds times two; norms, rotary embeddings and sums are not counted. */
public final class WanFlops {
    private WanFlops() {}

    /**
     * One pass over a call's frames: for the 1.3 B model 16.2 + 4.04·b TFLOP for block b of 3 latent frames at 480×832.
     *
     * @param batch elements, or passes of guidance
     * @param frames latent frames of the call
     * @param past latent frames that are seen from a cache
     * @param tokens of a latent frame
     * @param text whether keys and values of the text are computed, and not kept from a call before
     */
    public static double forward(WanConfig c, int batch, int frames, int past, int tokens, boolean text) {
        return batch * (c.layers() * layer(c, frames, past, tokens, text) + around(c, frames, tokens, text));
    }

    /** One block of the network. */
    public static double layer(WanConfig c, int frames, int past, int tokens, boolean text) {
        double l = (double) frames * tokens;
        double seen = (double) (frames + past) * tokens;
        double square = (double) c.dim() * c.dim();
        double self = 8 * l * square + 4 * l * seen * c.dim();
        double cross = 4 * l * square + 4 * l * c.textLength() * c.dim() + (text ? 4.0 * c.textLength() * square : 0);
        return self + cross + 4 * l * c.dim() * c.ffn();
    }

    /** Embeddings and head. */
    private static double around(WanConfig c, int frames, int tokens, boolean text) {
        double l = (double) frames * tokens;
        int patch = c.patchHeight() * c.patchWidth();
        double textMlp = text ? 2.0 * c.textLength() * c.dim() * (c.textDim() + c.dim()) : 0;
        double levels = 2.0 * frames * c.dim() * (c.frequencies() + 7.0 * c.dim());
        return 2 * l * c.dim() * patch * (c.inChannels() + c.outChannels()) + levels + textMlp;
    }

    /** Convolutions of the VAE's decoder for one latent frame after the first, at a latent of height × width positions. */
    public static double decode(WanVaeConfig v, int height, int width) {
        int top = v.levels() - 1;
        double positions = (double) height * width;
        double sum = 2 * positions * 27 * v.latentChannels() * v.width(top);
        sum += 2 * positions * 4 * 27 * (double) v.width(top) * v.width(top); // two residual blocks in the middle
        sum += 2 * positions * (4.0 * v.width(top) * v.width(top) + 2 * positions * v.width(top));
        int time = 1;
        for (int level = top; level >= 0; level--) {
            int in = level == top ? v.width(level) : v.width(level + 1) / 2;
            double here = positions * time;
            double convolutions = (double) in * v.width(level) + (2.0 * (v.blocks() + 1) - 1) * v.width(level) * v.width(level);
            sum += 2 * here * (27 * convolutions + (in == v.width(level) ? 0 : (double) in * v.width(level)));
            if (level > 0) {
                if (v.temporal().get(level - 1)) {
                    sum += 2 * here * 3 * 2.0 * v.width(level) * v.width(level);
                    time *= 2;
                }
                positions *= 4;
                sum += 2 * positions * time * 9 * v.width(level) * (v.width(level) / 2.0);
            }
        }
        return sum + 2 * positions * time * 27 * v.width(0) * 3;
    }
}
