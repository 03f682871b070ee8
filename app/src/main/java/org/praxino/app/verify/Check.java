package org.praxino.app.verify;

import java.util.Map;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;

/** How a component is held to its cases. */
sealed interface Check {
    /** Computes what the case holds in {@code outputs.safetensors}, under the same names. */
    @FunctionalInterface
    non-sealed interface OfTensors extends Check {
        Map<String, Tensor> compute(GoldenCase golden, Device device);
    }

    /** Compares texts; the case holds them itself. */
    @FunctionalInterface
    non-sealed interface OfText extends Check {
        /** @return what differs, one sentence; empty when nothing does */
        String difference(GoldenCase golden);
    }
}
