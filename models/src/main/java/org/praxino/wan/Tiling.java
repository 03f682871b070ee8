package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import org.praxino.tensor.ConfigException;

/**
 * How a large frame is decoded in tiles, to save memory. Tiles overlap and are faded into each other; a pixel further than
 * {@value VaeDecoder#REACH} latent positions from the edges of its tiles is what it is without tiles.
 *
 * @param tile side of a tile in latent positions (of 8 pixels)
 * @param overlap of neighbouring tiles in latent positions; twice the reach leaves no visible trace, 8 is usual
 */
public record Tiling(int tile, int overlap) {
    /** Tiles of 256 pixels that overlap by 64. */
    public static final Tiling USUAL = new Tiling(32, 8);

    public Tiling {
        if (tile < 1 || overlap < 0 || 2 * overlap > tile) {
            throw new ConfigException("tiles of " + tile + " latent positions that overlap by " + overlap
                    + " are impossible: the overlap must be at most half of the tile");
        }
    }

    /** Positions in all tiles together along an axis of so many, those in overlaps counted for each tile. */
    public int covered(int size) {
        return spans(size).stream().mapToInt(Span::length).sum();
    }

    /** A stretch of latent positions. */
    record Span(int start, int length) {}

    /** Spans that cover 0 .. size-1; the last one is moved back so that it has the full length too. */
    List<Span> spans(int size) {
        if (size <= tile) {
            return List.of(new Span(0, size));
        }
        var spans = new ArrayList<Span>();
        int stride = tile - overlap;
        for (int start = 0; ; start += stride) {
            if (start + tile >= size) {
                spans.add(new Span(size - tile, tile));
                return spans;
            }
            spans.add(new Span(start, tile));
        }
    }

    /** Weight of each pixel of a span along one axis: rises over the overlap with a neighbour, 1 elsewhere. @param scale pixels a position */
    float[] weights(Span span, int size, int scale) {
        int n = span.length * scale;
        int ramp = Math.max(1, overlap * scale);
        float[] w = new float[n];
        for (int i = 0; i < n; i++) {
            float left = span.start == 0 ? 1 : Math.min(1, (i + 0.5f) / ramp);
            float right = span.start + span.length == size ? 1 : Math.min(1, (n - i - 0.5f) / ramp);
            w[i] = left * right;
        }
        return w;
    }
}
