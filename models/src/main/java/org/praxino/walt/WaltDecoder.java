package org.praxino.walt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.YieldPoint;

/** Decoder half of the tokenizer (MAGVIT-v2, arXiv 2310.05737, section 3.2). */
final class WaltDecoder {
    /** Norm modulated by the latent at each position (O2-MAGVIT2's reading of AdaGN): x̂·(1 + γ(z)) + β(z). */
    private static final class AdaptiveNorm {
        private final CodecLayers.FrameNorm norm;
        private final Tensor weight;
        private final Tensor bias;

        AdaptiveNorm(Params params, int channels, int latent, CodecConfig.Norm norm) {
            this.norm = new CodecLayers.FrameNorm(params, channels, norm, false);
            this.weight = params.get("weight", Init.zeros(), 2L * channels, latent);
            this.bias = params.get("bias", Init.zeros(), 2L * channels);
        }

        Tensor forward(Tensor x, Tensor z) {
            List<Tensor> m = Ops.linear(z, weight, bias).chunk(2, -1);
            return norm.forward(x).mul(m.get(0).add(1)).add(m.get(1));
        }
    }

    private record Level(
            @Nullable AdaptiveNorm adaptive, List<CodecLayers.ResidualBlock> blocks, CodecLayers.@Nullable Up up, int ft) {}

    private final int patch;
    private final CausalConv convIn;
    private final List<CodecLayers.ResidualBlock> middle = new ArrayList<>();
    private final List<Level> levels = new ArrayList<>();
    private final UnaryOperator<Tensor> ending;
    private final CausalConv convOut;

    WaltDecoder(Params params, CodecConfig c) {
        this.patch = c.patch();
        int coarsest = c.channels().size() - 1;
        int width = c.channels().get(coarsest);
        this.convIn = new CausalConv(
                params.at("conv_in"), c.latentChannels(), width, c.kernelTime().get(coarsest), 3, 1, 1, c.padding(),
                CodecLayers.firstBias(c), Init.kaiming());
        for (int b = 0; b < c.middleBlocks(); b++) {
            middle.add(new CodecLayers.ResidualBlock(
                    params.at("middle" + b), width, width, c.kernelTime().get(coarsest), c));
        }
        for (int i = coarsest; i >= 0; i--) {
            var at = params.at("level" + i);
            var adaptive = c.adaptiveNorm()
                    ? new AdaptiveNorm(at.at("adaptive"), width, c.latentChannels(), c.norm())
                    : null;
            var blocks = new ArrayList<CodecLayers.ResidualBlock>();
            for (int b = 0; b < c.decoderBlocks(); b++) {
                blocks.add(new CodecLayers.ResidualBlock(
                        at.at("block" + b), width, c.channels().get(i), c.kernelTime().get(i), c));
                width = c.channels().get(i);
            }
            int up = i > 0 && c.shortcuts() ? c.channels().get(i - 1) : width;
            boolean temporal = i > 0 && c.temporal().get(i - 1);
            levels.add(new Level(
                    adaptive, blocks, i == 0 ? null : new CodecLayers.Up(at.at("up"), width, up, temporal, c.upKernelTime(), c),
                    temporal ? 2 : 1));
            width = up;
        }
        this.ending = CodecLayers.ending(params.at("norm_out"), width, c);
        this.convOut = new CausalConv(
                params.at("conv_out"), width, 3 * patch * patch, c.kernelTime().getFirst(), 3, 1, 1, c.padding(), Init.zeros(),
                Init.xavier());
    }

    /** @param latent [B, T', H', W', C] @return [B, T, H, W, 3], not clamped */
    Tensor forward(Tensor latent, @Nullable FeatureCache cache) {
        Tensor x = convIn.forward(latent, cache);
        for (var block : middle) {
            x = block.forward(x, cache);
            YieldPoint.reached();
        }
        Tensor z = latent;
        for (Level level : levels) {
            if (level.adaptive != null) {
                x = level.adaptive.forward(x, z);
            }
            for (var block : level.blocks) {
                x = block.forward(x, cache);
                YieldPoint.reached();
            }
            if (level.up != null) {
                x = level.up.forward(x, cache);
                z = level.adaptive == null
                        ? z
                        : CodecLayers.dropFirst(CodecLayers.resizeNearest(z, level.ft, 2), level.ft, cache);
            }
        }
        x = convOut.forward(ending.apply(x), cache);
        return CodecLayers.depthToSpace(x, 1, patch);
    }
}
