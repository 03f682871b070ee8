package org.praxino.walt;

/** Multiply-adds times two of the transformer's matrix products, for speeds in TFLOP/s. Norms and activations are left out. */
public final class WaltFlops {
    private WaltFlops() {}

    /**
     * One forward pass of clips with a text or class each; the backward pass costs twice as much again.
     *
     * @param height of the latent
     * @param width of the latent
     * @param textTokens tokens of a text, 0 when there is none
     */
    public static long forward(WaltConfig c, int batch, int frames, int height, int width, int textTokens) {
        WindowGrid g = WindowGrid.of(c, new long[] {batch, c.tokens().latentChannels(), frames, height, width});
        long d = c.width().dim();
        long area = (long) c.tokens().patch() * c.tokens().patch();
        long rows = (long) batch * frames; // frames, each with its own modulation
        long tokens = rows * g.tokens();
        long texts = c.text().dim() > 0 ? (long) batch * (textTokens + 1) : 0; // the null text counts as one more token
        long sum = tokens * d * c.tokens().latentChannels() * area * 2 // final.out
                + tokens * c.inputChannels() * area * d * 2 // patch
                + rows * (256 * d + d * d + 2 * d * d) * 2; // level, final.modulation
        if (c.inputs().lowResolution()) {
            sum += rows * (height / 2) * (width / 2) * 9 * c.tokens().latentChannels() * 4L * c.tokens().latentChannels() * 2;
            sum += batch * (256 * d + d * d) * 2;
        }
        if (c.text().dim() > 0) {
            sum += (texts - batch) * c.text().dim() * d * 2 + batch * d * d * 2; // text.project, text.pooled
        }
        for (int i = 0; i < c.width().layers(); i++) {
            boolean spatial = WaltConfig.spatial(i);
            long window = spatial ? g.tokens() : g.windowTokens();
            sum += tokens * (3 * d * d + d * d + 2 * d * c.width().mlp()) * 2; // qkv, out, mlp
            sum += tokens * window * d * 2 * 2; // scores, weighted values
            sum += i == 0 || c.width().adaLnRank() == 0 ? rows * 6 * d * d * 2 : rows * 7 * d * c.width().adaLnRank() * 2;
            if (c.crossIn(i)) {
                long own = c.text().onlyKeys() ? 0 : c.crossOverTime(i) ? g.windowTokens() : g.tokens();
                sum += tokens * 2 * d * d * 2 + texts * 2 * d * d * 2; // q, out, kv of the text
                sum += tokens * (own + textTokens + 1) * d * 2 * 2;
                sum += own > 0 ? tokens * 2 * d * d * 2 : 0; // kv of the window
            }
        }
        return sum;
    }
}
