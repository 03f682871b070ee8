package org.praxino.train.run;

import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/** Initialises networks with the weights of another model. */
final class WeightInitialisation {
    private WeightInitialisation() {}

    /** @param part of the model, all of whose weights must fit @return in fp32, the caller's to close */
    static WaltTransformer from(StageStart start, String part, WaltConfig network, Device device) {
        try (var weights = start.weights(part)) {
            return new WaltTransformer(network, Params.load(weights, device, DType.F32, start.model().path().resolve(part).toString()));
        }
    }
}
