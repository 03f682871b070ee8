package org.praxino.tensor;

import java.util.Set;

/** A source of named weights: a file, a set of shards, a converted model. */
public interface WeightSource {
    Set<String> names();

    long[] shape(String name);

    DType dtype(String name);

    /** Reads one tensor to the CPU in its stored dtype; it belongs to the innermost scope. */
    Tensor read(String name);

    /**
     * As {@link #read}, but possibly in the source's own memory: not to be written, and not to be used once the source is closed. What is
     * moved or cast from here is copied once and not twice.
     */
    default Tensor view(String name) {
        return read(name);
    }
}
