package org.praxino.walt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Init;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** Encoder half of the tokenizer (MAGVIT-v2, arXiv 2310.05737, section 3.2). */
final class WaltEncoder {
    private record Level(List<CodecLayers.ResidualBlock> blocks, CodecLayers.@Nullable Down down) {}

    private final int patch;
    private final CausalConv convIn;
    private final List<Level> levels = new ArrayList<>();
    private final UnaryOperator<Tensor> ending;
    private final CausalConv convOut;

    WaltEncoder(Params params, CodecConfig c) {
        this.patch = c.patch();
        int width = c.channels().getFirst();
        this.convIn = new CausalConv(
                params.at("conv_in"), 3 * patch * patch, width, c.kernelTime().getFirst(), 3, 1, 1, c.padding(),
                CodecLayers.firstBias(c), Init.kaiming());
        for (int i = 0; i < c.channels().size(); i++) {
            boolean last = i == c.channels().size() - 1;
            var at = params.at("level" + i);
            var blocks = new ArrayList<CodecLayers.ResidualBlock>();
            for (int b = 0; b < c.encoderBlocks() + (last ? c.middleBlocks() : 0); b++) {
                blocks.add(new CodecLayers.ResidualBlock(
                        at.at("block" + b), width, c.channels().get(i), c.kernelTime().get(i), c));
                width = c.channels().get(i);
            }
            levels.add(new Level(
                    blocks, last ? null : new CodecLayers.Down(at.at("down"), width, c.below(i), c.temporal().get(i), c)));
            width = last ? width : c.below(i);
        }
        this.ending = c.norm() == CodecConfig.Norm.LAYER
                ? UnaryOperator.identity()
                : CodecLayers.ending(params.at("norm_out"), width, c);
        this.convOut = new CausalConv(
                params.at("conv_out"), width, c.latentChannels() * (c.variational() ? 2 : 1), 1, 1, 1, 1, c.padding(), Init.zeros(), Init.xavier());
    }

    /** @param video [B, T, H, W, 3] @return [B, T', H', W', C], or [..., 2C] with the log-variances last where the codec is variational */
    Tensor forward(Tensor video, @Nullable FeatureCache cache) {
        Tensor x = convIn.forward(CodecLayers.spaceToDepth(video, patch), cache);
        for (Level level : levels) {
            for (var block : level.blocks) {
                x = block.forward(x, cache);
            }
            if (level.down != null) {
                x = level.down.forward(x, cache);
            }
        }
        return convOut.forward(ending.apply(x), cache);
    }
}
