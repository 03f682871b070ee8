package org.praxino.app.verify;

import java.util.Map;
import org.praxino.io.tokenizer.PromptCleaning;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;
import org.praxino.text.HubConfig;
import org.praxino.text.TextNetwork;
import tools.jackson.databind.JsonNode;

/** Text encoders and prompt cleaning. */
final class TextCases {
    /** Builds a network from a case's configuration and weights. */
    @FunctionalInterface
    interface Loader {
        TextNetwork load(HubConfig config, WeightSource weights, Device device);
    }

    private TextCases() {}

    /** @see #states(GoldenCase, Device, Loader) */
    static ComponentCheck.TensorCheck states(Loader loader) {
        return (golden, device) -> states(golden, device, loader);
    }

    /** Two prompts: {@code states} is the first, whole; {@code states_masked} the second, its tokens only. */
    private static Map<String, Tensor> states(GoldenCase golden, Device device, Loader loader) {
        try (var scope = Scope.open("text case");
                var weights = golden.weights();
                var inputs = golden.inputs();
                TextNetwork network = loader.load(new HubConfig(golden.config(), golden.folder() + "/case.json: config"), weights, device)) {
            Tensor ids = inputs.read("ids").to(device); // [2, S]
            Tensor mask = inputs.read("mask").to(DType.BOOL).to(device); // [2, S]
            Tensor states = network.forward(ids, mask); // [2, S, D]
            long tokens = (long) mask.select(0, 1).to(DType.I64).sum().item();
            return Map.of(
                    "states", scope.keep(states.narrow(0, 0, 1).to(Device.CPU)),
                    "states_masked", scope.keep(states.narrow(0, 1, 1).narrow(1, 0, tokens).to(Device.CPU)));
        }
    }

    static String cleaning(GoldenCase golden) {
        var wrong = new StringBuilder();
        for (JsonNode c : golden.json().path("cases")) {
            String raw = c.path("raw").asString("");
            String ours = PromptCleaning.clean(raw);
            String theirs = c.path("clean").asString("");
            if (!ours.equals(theirs)) {
                wrong.append(wrong.isEmpty() ? "" : "; ").append('"').append(raw).append("\" became \"").append(ours)
                        .append("\" instead of \"").append(theirs).append('"');
            }
        }
        return golden.json().path("cases").isEmpty() ? "the case holds no texts" : wrong.toString();
    }
}
