package org.praxino.nn;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * Tensors by key: computed on first use, without gradients, and owned here. Beyond a limit the least recently used are
 * closed. For one thread.
 */
public final class Memo<K> implements AutoCloseable {
    private final int limit;
    private final Map<K, List<Tensor>> entries = new LinkedHashMap<>(16, 0.75f, true); // least recently used first
    private int computed;

    /** @param limit entries kept; more than one call uses */
    public Memo(int limit) {
        this.limit = limit;
    }

    /** The tensors of {@code key}, valid until {@code limit} others have been asked for. */
    public List<Tensor> get(K key, Supplier<List<Tensor>> compute) {
        List<Tensor> known = entries.get(key);
        if (known == null) {
            computed++;
            try (var off = Grad.off();
                    var scope = Scope.open("memo")) {
                known = compute.get().stream().map(t -> t.copy().own()).toList();
            }
            entries.put(key, known);
            if (entries.size() > limit) {
                Iterator<List<Tensor>> oldest = entries.values().iterator();
                oldest.next().forEach(Tensor::close);
                oldest.remove();
            }
        }
        return known;
    }

    /** How many entries have been computed. */
    public int computed() {
        return computed;
    }

    @Override
    public void close() {
        entries.values().forEach(e -> e.forEach(Tensor::close));
        entries.clear();
    }
}
