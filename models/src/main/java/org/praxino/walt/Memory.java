package org.praxino.walt;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Tensor;

/** What the causal layers of one half of a tokenizer remember between the chunks of one stream. Owns its tensors. */
final class Memory implements AutoCloseable {
    private final Map<Object, Tensor> past = new IdentityHashMap<>();
    private boolean first = true;

    /** Whether the chunk now being worked on is the first of the stream. */
    boolean first() {
        return first;
    }

    void chunkDone() {
        first = false;
    }

    @Nullable Tensor take(Object layer) {
        return past.get(layer);
    }

    void put(Object layer, Tensor frames) {
        Tensor before = past.put(layer, frames.copy().own());
        if (before != null) {
            before.close();
        }
    }

    @Override
    public void close() {
        past.values().forEach(Tensor::close);
        past.clear();
    }
}
