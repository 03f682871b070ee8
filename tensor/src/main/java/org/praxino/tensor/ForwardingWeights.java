package org.praxino.tensor;

import java.util.Set;

/** Weights of another source, which implementations change in part. */
public interface ForwardingWeights extends WeightSource {
    /** Where the weights come from. */
    WeightSource source();

    @Override
    default Set<String> names() {
        return source().names();
    }

    @Override
    default long[] shape(String name) {
        return source().shape(name);
    }

    @Override
    default DType dtype(String name) {
        return source().dtype(name);
    }

    @Override
    default Tensor read(String name) {
        return source().read(name);
    }

    @Override
    default Tensor view(String name) {
        return source().view(name);
    }
}
