package org.praxino.walt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;

/**
 * Cache of the last inputs of the causal layers of an encoder or decoder, between the chunks of a stream. Owns its tensors. Layers ask in
 * their order of use, which never changes, so a saved state matches its layers.
 */
final class FeatureCache implements AutoCloseable {
    private final Map<Object, Tensor> past = new IdentityHashMap<>();
    private final List<Object> order = new ArrayList<>(); // layers as they first asked
    private final Deque<Tensor> restored = new ArrayDeque<>(); // of layers that have not asked yet
    private boolean first = true;

    /** Whether the chunk now being worked on is the first of the stream. */
    boolean first() {
        return first;
    }

    void chunkDone() {
        first = false;
    }

    @Nullable Tensor take(Object layer) {
        Tensor kept = past.get(layer);
        if (kept == null && !restored.isEmpty()) {
            kept = restored.remove();
            keep(layer, kept);
        }
        return kept;
    }

    void put(Object layer, Tensor frames) {
        keep(layer, frames.copy().own());
    }

    private void keep(Object layer, Tensor frames) {
        Tensor before = past.put(layer, frames);
        if (before == null) {
            order.add(layer);
        } else {
            before.close();
        }
    }

    /** Copies of everything, behind a flag for whether the stream has begun. */
    List<Tensor> state() {
        var all = new ArrayList<Tensor>();
        all.add(Tensor.full(first ? 0 : 1, DType.U8, Device.CPU, 1));
        order.forEach(layer -> all.add(Objects.requireNonNull(past.get(layer)).copy()));
        restored.forEach(t -> all.add(t.copy()));
        return all;
    }

    void restore(List<Tensor> state) {
        close();
        first = state.getFirst().item() == 0;
        state.subList(1, state.size()).forEach(t -> restored.add(t.copy().own()));
    }

    @Override
    public void close() {
        past.values().forEach(Tensor::close);
        restored.forEach(Tensor::close);
        past.clear();
        order.clear();
        restored.clear();
        first = true;
    }
}
