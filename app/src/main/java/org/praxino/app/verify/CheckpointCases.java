package org.praxino.app.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import org.praxino.io.torch.TorchCheckpoint;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/** Cases of other programs' checkpoint files. */
final class CheckpointCases {
    private CheckpointCases() {}

    /** Every tensor of every network in {@code model.pt}, under the network's part of the file and its own name. */
    static Map<String, Tensor> torch(GoldenCase golden, Device device) {
        var out = new LinkedHashMap<String, Tensor>();
        try (var scope = Scope.open("checkpoint case");
                var checkpoint = TorchCheckpoint.open(golden.folder().resolve("model.pt"))) {
            for (String part : checkpoint.parts()) {
                WeightSource network = checkpoint.part(part);
                for (String name : network.names()) {
                    out.put(part + "." + name, scope.keep(network.read(name)));
                }
            }
        }
        return out;
    }
}
