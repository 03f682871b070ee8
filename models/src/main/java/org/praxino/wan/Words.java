package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * What the cross-attention sees: text, and in image-to-video models a picture. For a stream every layer's keys and values are kept.
 */
final class Words implements AutoCloseable {
    /** @param k [B, S, N, D] @param v [B, S, N, D] */
    record Pair(Tensor k, Tensor v) {}

    /** A layer's pairs: of the text, and of the picture or null. */
    record Seen(Pair text, @Nullable Pair image) {}

    private final Tensor text; // [B, S, C]
    private final @Nullable Tensor image; // [B, n, C]
    private final @Nullable List<@Nullable Seen> kept; // owned

    private Words(Tensor text, @Nullable Tensor image, @Nullable List<@Nullable Seen> kept) {
        this.text = text;
        this.image = image;
        this.kept = kept;
    }

    /** For one call. */
    static Words once(Tensor text, @Nullable Tensor image) {
        return new Words(text, image, null);
    }

    /** For many calls without gradients; to be closed. */
    static Words kept(Tensor text, @Nullable Tensor image, int layers) {
        var none = new ArrayList<@Nullable Seen>();
        for (int i = 0; i < layers; i++) {
            none.add(null);
        }
        return new Words(text.copy().own(), image == null ? null : image.copy().own(), none);
    }

    Tensor text() {
        return text;
    }

    @Nullable Tensor image() {
        return image;
    }

    Seen seen(int layer, Supplier<Seen> make) {
        if (kept == null) {
            return make.get();
        }
        Seen known = kept.get(layer);
        if (known == null) {
            try (var guard = Grad.off();
                    var scope = Scope.open("words")) {
                Seen fresh = make.get();
                Pair picture = fresh.image;
                known = new Seen(owned(fresh.text), picture == null ? null : owned(picture));
            }
            kept.set(layer, known);
        }
        return known;
    }

    private static Pair owned(Pair p) {
        return new Pair(p.k.copy().own(), p.v.copy().own());
    }

    @Override
    public void close() {
        if (kept == null) {
            return;
        }
        text.close();
        if (image != null) {
            image.close();
        }
        for (Seen seen : kept) {
            if (seen != null) {
                seen.text.k.close();
                seen.text.v.close();
                if (seen.image != null) {
                    seen.image.k.close();
                    seen.image.v.close();
                }
            }
        }
        kept.clear();
    }
}
