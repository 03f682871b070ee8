package org.praxino.io;

import org.praxino.tensor.WeightSource;

/** Weights in an open file; tensors that were read outlive it. */
public interface WeightFile extends WeightSource, AutoCloseable {

    @Override
    void close();
}
