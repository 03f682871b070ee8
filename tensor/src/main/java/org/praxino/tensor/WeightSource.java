package org.praxino.tensor;

import java.util.Set;

/** Named weights at rest: a file, a set of shards, a converted foreign model. */
public interface WeightSource {
    Set<String> names();

    long[] shape(String name);

    DType dtype(String name);

    /** Reads one tensor to the CPU in its stored dtype; it belongs to the innermost scope. */
    Tensor read(String name);
}
