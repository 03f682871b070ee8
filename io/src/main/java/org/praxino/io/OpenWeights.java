package org.praxino.io;

import org.praxino.tensor.WeightSource;

/** Weights at rest in an open file; tensors that were read outlive it. */
public interface OpenWeights extends WeightSource, AutoCloseable {

    @Override
    void close();
}
