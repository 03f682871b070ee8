package org.praxino.app.verify;

import java.util.Map;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.dmd.DmdGradient;

/** Losses. */
final class LossCases {
    private LossCases() {}

    /** The normalised distribution-matching gradient of estimates of clean latents, and the surrogate loss that carries it. */
    static Map<String, Tensor> dmd(GoldenCase golden, Device device) {
        double scale = golden.decimal("guidance_scale");
        String form = golden.config().path("guidance_form").asString("cond + w*(cond-uncond)").replace(" ", "");
        double beyond = switch (form) {
            case "cond+w*(cond-uncond)" -> scale;
            case "uncond+w*(cond-uncond)" -> scale - 1;
            default -> throw new ConfigException(golden.folder() + "/case.json: config.guidance_form is \"" + form
                    + "\", expected cond + w*(cond-uncond) or uncond + w*(cond-uncond)");
        };
        try (var scope = Scope.open("dmd case");
                var in = golden.inputs()) {
            Tensor x = in.read("generated").to(device); // [B, F, C, H, W]
            Tensor real = DmdGradient.guided(in.read("real_cond_x0").to(device), in.read("real_uncond_x0").to(device), beyond);
            Tensor gradient = DmdGradient.of(x, in.read("fake_x0").to(device), real);
            Tensor loss = DmdGradient.surrogate(x, gradient).to(DType.F32).reshape(1);
            return Map.of("gradient", scope.keep(gradient.to(Device.CPU)), "loss", scope.keep(loss.to(Device.CPU)));
        }
    }
}
