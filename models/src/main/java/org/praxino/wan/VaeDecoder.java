package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/**
 * The decoder half in two parts: the first works at the size of the latent and sees all of a frame (it has attention), the second
 * enlarges it with a limited receptive field, so that it may be done tile by tile.
 */
final class VaeDecoder {
    /** Receptive field of a pixel in the second part, in latent positions: 12¼, rounded up. */
    static final int REACH = 13;

    private final VaeLayers.Conv in;
    private final List<VaeLayers.Layer> middle = new ArrayList<>();
    private final List<VaeLayers.Layer> up = new ArrayList<>();
    private final VaeLayers.Norm normOut;
    private final VaeLayers.Conv out;
    /** Channels of a frame. */
    static final int COLOURS = 3;

    private final int slots;

    VaeDecoder(Params p, WanVaeConfig c) {
        var count = new VaeFeatureCache.Count();
        int coarsest = c.levels() - 1;
        int width = c.width(coarsest);
        in = new VaeLayers.Conv(p.at("conv1"), c.latentChannels(), width, count);
        middle.add(new VaeLayers.Residual(p.at("middle.0"), width, width, count));
        middle.add(new VaeLayers.Attention(p.at("middle.1"), width));
        middle.add(new VaeLayers.Residual(p.at("middle.2"), width, width, count));
        int at = 0;
        for (int level = coarsest; level >= 0; level--) {
            for (int b = 0; b <= c.blocks(); b++) {
                up.add(new VaeLayers.Residual(p.at("upsamples." + at++), width, c.width(level), count));
                width = c.width(level);
            }
            if (level > 0) {
                up.add(new VaeLayers.Up(p.at("upsamples." + at++), width, c.temporal().get(level - 1), count));
                width /= 2;
            }
        }
        normOut = new VaeLayers.Norm(p.at("head.0"), width, 3);
        out = new VaeLayers.Conv(p.at("head.2"), width, 3, count);
        slots = count.total();
    }

    /** 32 in the published network. */
    int slots() {
        return slots;
    }

    /** [B, T', H', W', C] to features of the same size. */
    Tensor low(Tensor latent, VaeFeatureCache cache) {
        return VaeLayers.through(middle, in.forward(latent, cache), cache);
    }

    /** Features to video [B, T, H, W, 3], not clamped. @param features those of one latent frame at the start of a stream */
    Tensor high(Tensor features, VaeFeatureCache cache) {
        Tensor x = VaeLayers.through(up, features, cache);
        return out.forward(normOut.forward(x).silu(), cache);
    }
}
