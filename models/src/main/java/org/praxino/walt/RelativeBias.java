package org.praxino.walt;

import org.praxino.tensor.Device;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * A learned number for each head and each offset between two tokens of a window, added to the attention scores (Liu et al. 2021,
 * Swin, section 3.2, with a third axis for time). The paper cites it and says no more: per layer and per head is our reading.
 */
final class RelativeBias {
    private final int height;
    private final int width;
    private final Tensor table; // [2·frames − 1, 2·height − 1, 2·width − 1, N]

    /** For windows of up to {@code frames} × {@code height} × {@code width} tokens. */
    RelativeBias(Params params, int frames, int height, int width, int heads) {
        this.height = height;
        this.width = width;
        this.table = params.get("relative", Init.normal(0.02), 2L * frames - 1, 2L * height - 1, 2L * width - 1, heads);
    }

    /**
     * Index into a table of up to {@code frames} for each query and key, [Lq, Lk] I64; shared by all layers.
     *
     * @param queries position of each query frame
     * @param keys position of each key frame
     */
    static Tensor index(int frames, int[] queries, int[] keys, int h, int w, Device device) {
        int l = h * w;
        int rows = queries.length * l;
        int columns = keys.length * l;
        long[] index = new long[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                int apart = queries[i / l] - keys[j / l];
                if (Math.abs(apart) >= frames) {
                    throw new UserException(Math.abs(apart) + 1 + " latent frames are more than the " + frames
                            + " this model's relative bias knows: shorten the clip or use a model with rotary time");
                }
                int dh = i / w % h - j / w % h + h - 1;
                int dw = i % w - j % w + w - 1;
                index[i * columns + j] = ((long) (apart + frames - 1) * (2 * h - 1) + dh) * (2 * w - 1) + dw;
            }
        }
        return Tensor.of(index, rows, columns).to(device);
    }

    /** [1, N, Lq, Lk] for windows of h × w tokens a frame; sizes other than the table's interpolate it. */
    Tensor forWindow(Tensor index, int h, int w) {
        Tensor used = table;
        if (h != height || w != width) {
            used = Ops.resizeBilinear(table.permute(0, 3, 1, 2), 2L * h - 1, 2L * w - 1).permute(0, 2, 3, 1);
        }
        long heads = table.size(3);
        return used.reshape(-1, heads)
                .indexSelect(0, index.reshape(-1))
                .reshape(index.size(0), index.size(1), heads)
                .permute(2, 0, 1)
                .unsqueeze(0);
    }
}
