package org.praxino.wan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/** One stream through the decoder, whole or in tiles, each tile with a cache of its own. */
final class DecoderStream implements AutoCloseable {
    /** @param weight [1, 1, h, w, 1], how much each pixel of the tile counts */
    private record Tile(Tiling.Span rows, Tiling.Span columns, Tensor weight, VaeFeatureCache cache) {}

    private final VaeDecoder decoder;
    private final VaeFeatureCache cache;
    private final @Nullable Tiling tiling;
    private final int scale;
    private final List<Tile> tiles = new ArrayList<>();
    private final Deque<Tensor> pending = new ArrayDeque<>(); // state of tiles that have not been laid out yet, owned
    private @Nullable Tensor total; // [1, 1, H, W, 1], sum of the weights, owned

    /** @param scale pixels a latent position */
    DecoderStream(VaeDecoder decoder, int scale, @Nullable Tiling tiling) {
        this.decoder = decoder;
        this.cache = new VaeFeatureCache(decoder.slots());
        this.scale = scale;
        this.tiling = tiling;
    }

    VaeFeatureCache memory() {
        return cache;
    }

    /** @param latent one frame, [B, 1, H', W', C] @return [B, T, H, W, 3] */
    Tensor next(Tensor latent) {
        Tensor features = decoder.low(latent, cache);
        int height = (int) features.size(2);
        int width = (int) features.size(3);
        if (tiling == null || (height <= tiling.tile() && width <= tiling.tile())) {
            return decoder.high(features, cache);
        }
        Tensor sum = total;
        if (sum == null) {
            sum = plan(tiling, height, width, features);
            total = sum;
        }
        Tensor out = null;
        for (Tile tile : tiles) {
            try (var scope = Scope.open("tile")) {
                Tensor cut = features.narrow(2, tile.rows.start(), tile.rows.length()).narrow(3, tile.columns.start(), tile.columns.length());
                Tensor part = decoder.high(cut.contiguous(), tile.cache);
                if (out == null) {
                    out = scope.keep(Tensor.zeros(
                            DType.F32, part.device(), part.size(0), part.size(1), (long) height * scale, (long) width * scale, part.size(4)));
                }
                out.narrow(2, (long) tile.rows.start() * scale, part.size(2))
                        .narrow(3, (long) tile.columns.start() * scale, part.size(3))
                        .addInPlace(part.to(DType.F32).mul(tile.weight));
            }
        }
        return Objects.requireNonNull(out).div(sum).to(features.dtype());
    }

    /**
     * A whole clip, one tile after another, so that past features are held for one tile at a time.
     *
     * @param latents its frames, each [B, 1, H', W', C]
     * @param frames that they stand for, T
     * @return [B, T, H, W, 3] in fp32
     */
    Tensor clip(List<Tensor> latents, int frames) {
        List<Tensor> features = latents.stream().map(l -> decoder.low(l, cache)).toList();
        int height = (int) features.getFirst().size(2);
        int width = (int) features.getFirst().size(3);
        total = plan(java.util.Objects.requireNonNull(tiling), height, width, features.getFirst());
        Tensor out = Tensor.zeros(
                DType.F32, total.device(), features.getFirst().size(0), frames, (long) height * scale, (long) width * scale, VaeDecoder.COLOURS);
        for (Tile tile : tiles) {
            long at = 0;
            for (Tensor whole : features) {
                try (var scope = Scope.open("tile")) {
                    Tensor cut = whole.narrow(2, tile.rows.start(), tile.rows.length()).narrow(3, tile.columns.start(), tile.columns.length());
                    Tensor part = decoder.high(cut.contiguous(), tile.cache);
                    out.narrow(1, at, part.size(1))
                            .narrow(2, (long) tile.rows.start() * scale, part.size(2))
                            .narrow(3, (long) tile.columns.start() * scale, part.size(3))
                            .addInPlace(part.to(DType.F32).mul(tile.weight));
                    at += part.size(1);
                }
            }
            tile.cache.close();
        }
        return out.div(total);
    }

    private Tensor plan(Tiling tiling, int height, int width, Tensor features) {
        Tensor sum = Tensor.zeros(DType.F32, features.device(), 1, 1, (long) height * scale, (long) width * scale, 1).own();
        for (Tiling.Span rows : tiling.spans(height)) {
            for (Tiling.Span columns : tiling.spans(width)) {
                Tensor down = Tensor.of(tiling.weights(rows, height, scale), 1, 1, (long) rows.length() * scale, 1, 1);
                Tensor across = Tensor.of(tiling.weights(columns, width, scale), 1, 1, 1, (long) columns.length() * scale, 1);
                Tensor weight = down.mul(across).to(features.device()).own();
                tiles.add(new Tile(rows, columns, weight, new VaeFeatureCache(decoder.slots())));
                sum.narrow(2, (long) rows.start() * scale, weight.size(2))
                        .narrow(3, (long) columns.start() * scale, weight.size(3))
                        .addInPlace(weight);
            }
        }
        if (!pending.isEmpty()) {
            var parts = new ArrayDeque<>(pending);
            tiles.forEach(t -> t.cache.restore(parts));
            pending.forEach(Tensor::close);
            pending.clear();
        }
        return sum;
    }

    /** Copies of all memories, the whole frame's first. */
    List<Tensor> state() {
        var all = new ArrayList<>(cache.state());
        tiles.forEach(t -> all.addAll(t.cache.state()));
        pending.forEach(t -> all.add(t.copy()));
        return all;
    }

    void restore(List<Tensor> state) {
        close();
        var parts = new ArrayDeque<>(state);
        cache.restore(parts);
        parts.forEach(t -> pending.add(t.copy().own()));
    }

    @Override
    public void close() {
        cache.close();
        pending.forEach(Tensor::close);
        pending.clear();
        for (Tile tile : tiles) {
            tile.weight.close();
            tile.cache.close();
        }
        tiles.clear();
        if (total != null) {
            total.close();
            total = null;
        }
    }
}
