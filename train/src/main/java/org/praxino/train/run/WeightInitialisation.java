package org.praxino.train.run;

import org.praxino.io.model.ModelFolder;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/** Initialises networks with the weights of another model. */
final class WeightInitialisation {
    private WeightInitialisation() {}

    /** @param part of the folder, all of whose weights must fit @return in fp32, the caller's to close */
    static WaltTransformer from(ModelFolder folder, String part, WaltConfig network, Device device) {
        try (var weights = folder.weights(part)) {
            return new WaltTransformer(network, Params.load(weights, device, DType.F32, folder.path().resolve(part).toString()));
        }
    }
}
