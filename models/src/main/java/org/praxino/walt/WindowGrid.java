package org.praxino.walt;

import org.praxino.diffusion.AttentionPolicy;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * The tokens of one call and their windows. B batch, T latent frames, H W tokens, h w tokens of a window; windows scale with the grid,
 * so there are as many as at the base size (W.A.L.T Table 6).
 */
record WindowGrid(int batch, int frames, int height, int width, int windowHeight, int windowWidth) {

    /** @throws UserException when the latent cannot be cut into patches and windows */
    static WindowGrid of(WaltConfig c, long[] latent) { // [B, C, T, H, W]
        int down = c.tokens().gridHeight() / c.windows().height();
        int across = c.tokens().gridWidth() / c.windows().width();
        if (latent[3] < 1 || latent[3] % (c.tokens().patch() * down) != 0 || latent[4] < 1 || latent[4] % (c.tokens().patch() * across) != 0) {
            throw new UserException("a latent of " + latent[3] + "x" + latent[4] + " cannot be cut into patches of " + c.tokens().patch()
                    + " and " + down + "x" + across + " windows: its height must be a multiple of " + c.tokens().patch() * down
                    + " and its width of " + c.tokens().patch() * across);
        }
        int height = (int) latent[3] / c.tokens().patch();
        int width = (int) latent[4] / c.tokens().patch();
        return new WindowGrid((int) latent[0], (int) latent[2], height, width, height / down, width / across);
    }

    /** Which frame of its clip frame {@code i} of the call is. */
    int frameInClip(int i, AttentionPolicy policy) {
        return policy instanceof AttentionPolicy.TeacherForced ? i % (frames / 2) : i;
    }

    int windows() {
        return (height / windowHeight) * (width / windowWidth);
    }

    int tokens() {
        return height * width;
    }

    int windowTokens() {
        return frames * windowHeight * windowWidth;
    }

    /** [B, T, H, W, C] -> [B windows, T h w, C]. */
    Tensor cut(Tensor x) {
        int down = height / windowHeight;
        int across = width / windowWidth;
        return x.reshape(batch, frames, down, windowHeight, across, windowWidth, x.size(-1))
                .permute(0, 2, 4, 1, 3, 5, 6)
                .reshape((long) batch * down * across, windowTokens(), x.size(-1));
    }

    /** [B windows, T h w, C] -> [B, T, down, h, across, w, C], a view. */
    Tensor joined(Tensor x) {
        int down = height / windowHeight;
        int across = width / windowWidth;
        return x.reshape(batch, down, across, frames, windowHeight, windowWidth, x.size(-1)).permute(0, 3, 1, 4, 2, 5, 6);
    }

    /** [B, T, H, W, C] in the shape of {@link #joined}, a view. */
    Tensor split(Tensor x) {
        return x.reshape(
                batch, frames, height / windowHeight, windowHeight, width / windowWidth, windowWidth, x.size(-1));
    }
}
