package org.praxino.walt;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * What level and class or text say to all layers: c + t, and what the layers make of it.
 *
 * @param told [B, T, C]
 * @param first [B, T, 6C], A_1, or null where every layer has a modulation of its own
 * @param kept each layer's parts, by its number; null for one call. Owned
 */
record Told(Tensor told, @Nullable Tensor first, @Nullable TreeMap<Integer, List<Tensor>> kept) implements AutoCloseable {
    /** For one call. */
    static Told once(Tensor told, @Nullable Tensor first) {
        return new Told(told, first, null);
    }

    /** For many calls without gradients; to be closed. */
    Told keep() {
        return new Told(told.copy().own(), first == null ? null : first.copy().own(), new TreeMap<>());
    }

    /** Scales, shifts and gates of one layer, made by {@code make} when they are not known. */
    List<Tensor> parts(int layer, Supplier<List<Tensor>> make) {
        if (kept == null) {
            return make.get();
        }
        List<Tensor> known = kept.get(layer);
        if (known == null) {
            try (var scope = Scope.open("told")) {
                known = make.get().stream().map(t -> t.copy().own()).toList();
            }
            kept.put(layer, known);
        }
        return known;
    }

    @Override
    public void close() {
        if (kept != null) {
            told.close();
            if (first != null) {
                first.close();
            }
            kept.values().forEach(parts -> parts.forEach(Tensor::close));
        }
    }
}
