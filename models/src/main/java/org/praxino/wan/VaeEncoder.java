package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** The encoder half: [B, T, H, W, 3] to mean and log-variance, [B, T', H', W', 2C]. */
final class VaeEncoder {
    private final VaeLayers.Conv in;
    private final List<VaeLayers.Layer> layers = new ArrayList<>();
    private final VaeLayers.Norm normOut;
    private final VaeLayers.Conv out;
    private final int slots;

    VaeEncoder(Params p, WanVaeConfig c) {
        var count = new VaeFeatureCache.Count();
        in = new VaeLayers.Conv(p.at("conv1"), 3, c.dim(), count);
        int width = c.dim();
        int at = 0;
        for (int level = 0; level < c.levels(); level++) {
            for (int b = 0; b < c.blocks(); b++) {
                layers.add(new VaeLayers.Residual(p.at("downsamples." + at++), width, c.width(level), count));
                width = c.width(level);
            }
            if (level < c.levels() - 1) {
                layers.add(new VaeLayers.Down(p.at("downsamples." + at++), width, c.temporal().get(level), count));
            }
        }
        layers.add(new VaeLayers.Residual(p.at("middle.0"), width, width, count));
        layers.add(new VaeLayers.Attention(p.at("middle.1"), width));
        layers.add(new VaeLayers.Residual(p.at("middle.2"), width, width, count));
        normOut = new VaeLayers.Norm(p.at("head.0"), width, 3);
        out = new VaeLayers.Conv(p.at("head.2"), width, 2 * c.latentChannels(), count);
        slots = count.total();
    }

    /** 24 in the published network. */
    int slots() {
        return slots;
    }

    /** @param video one frame at the start of a stream, then groups of the time factor */
    Tensor forward(Tensor video, VaeFeatureCache cache) {
        Tensor x = VaeLayers.through(layers, in.forward(video, cache), cache);
        return out.forward(normOut.forward(x).silu(), cache);
    }
}
