package org.praxino.app.verify;

import java.util.Map;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;

/** Runs the cases of a component. */
sealed interface ComponentCheck {
    /** Computes what the case holds in {@code outputs.safetensors}, under the same names. */
    @FunctionalInterface
    non-sealed interface TensorCheck extends ComponentCheck {
        Map<String, Tensor> compute(GoldenCase golden, Device device);
    }

    /** Compares texts; the case holds them itself. */
    @FunctionalInterface
    non-sealed interface TextCheck extends ComponentCheck {
        /** @return what differs, one sentence; empty when nothing does */
        String difference(GoldenCase golden);
    }
}
