package org.praxino.walt;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;

/** The layers that the encoder and the decoder of the tokenizer share. Activations are [B, T, H, W, C]. */
final class CodecLayers {
    private CodecLayers() {}

    /** Normalisation whose statistics never mix frames: otherwise the network is not causal (MAGVIT-v2, arXiv 2310.05737, section 3.2). */
    static final class FrameNorm {
        private final @Nullable Tensor weight;
        private final @Nullable Tensor bias;
        private final CodecConfig.Norm norm;
        private final int groups;

        FrameNorm(Params params, int channels, CodecConfig.Norm norm, boolean affine) {
            this.weight = affine ? params.get("weight", Init.ones(), channels) : null;
            this.bias = affine ? params.get("bias", Init.zeros(), channels) : null;
            this.norm = norm;
            this.groups = channels % 32 == 0 ? 32 : 1;
        }

        Tensor forward(Tensor x) {
            return switch (norm) {
                case LAYER -> Ops.layerNorm(x, weight, bias, 1e-6);
                case GROUP -> {
                    long[] s = x.shape();
                    Tensor frames = x.reshape(s[0] * s[1], s[2], s[3], s[4]).permute(0, 3, 1, 2); // [BT, C, H, W]
                    yield Ops.groupNorm(frames, groups, weight, bias, 1e-5).permute(0, 2, 3, 1).reshape(s);
                }
            };
        }
    }

    /** Norm, SiLU, convolution, twice, around a skip. The last convolution starts at zero. */
    static final class ResidualBlock {
        private final FrameNorm norm1;
        private final FrameNorm norm2;
        private final CausalConv conv1;
        private final CausalConv conv2;
        private final @Nullable Tensor skip;

        ResidualBlock(Params params, int in, int out, int kernelTime, CodecConfig config) {
            this.norm1 = new FrameNorm(params.at("norm1"), in, config.norm(), true);
            this.conv1 = new CausalConv(
                    params.at("conv1"), in, out, kernelTime, 3, 1, 1, config.padding(), bias(config), Init.kaiming());
            this.norm2 = new FrameNorm(params.at("norm2"), out, config.norm(), true);
            this.conv2 = new CausalConv(
                    params.at("conv2"), out, out, kernelTime, 3, 1, 1, config.padding(), bias(config), Init.zeros());
            this.skip = in == out ? null : params.at("skip").get("weight", Init.xavier(), out, in);
        }

        Tensor forward(Tensor x, @Nullable FeatureCache cache) {
            Tensor h = conv1.forward(norm1.forward(x).silu(), cache);
            h = conv2.forward(norm2.forward(h).silu(), cache);
            return (skip == null ? x : Ops.linear(x, skip, null)).add(h);
        }
    }

    /** Biases of inner convolutions: none in the published layout. */
    static @Nullable Init bias(CodecConfig config) {
        return config.norm() == CodecConfig.Norm.LAYER ? Init.zeros() : null;
    }

    /** Bias of a half's first convolution: random, so that black, grey and white differ in direction and not in length only. */
    static @Nullable Init firstBias(CodecConfig config) {
        return config.norm() == CodecConfig.Norm.LAYER ? Init.normal(1) : null;
    }

    /** The norm before the decoder's last convolution, and before the encoder's in the published layout. */
    static UnaryOperator<Tensor> ending(Params params, int channels, CodecConfig config) {
        var norm = new FrameNorm(params, channels, config.norm(), true);
        return x -> norm.forward(x).silu();
    }

    /** [B, T, H, W, C] → [B, T, H/f, W/f, f·f·C]. */
    static Tensor spaceToDepth(Tensor x, int f) {
        long[] s = x.shape();
        return f == 1
                ? x
                : x.reshape(s[0], s[1], s[2] / f, f, s[3] / f, f, s[4])
                        .permute(0, 1, 2, 4, 3, 5, 6)
                        .reshape(s[0], s[1], s[2] / f, s[3] / f, f * f * s[4]);
    }

    /** [B, T, H, W, ft·f·f·C] → [B, ft·T, f·H, f·W, C]; channel order is (time, row, column, C). */
    static Tensor depthToSpace(Tensor x, int ft, int f) {
        long[] s = x.shape();
        long c = s[4] / ((long) ft * f * f);
        return x.reshape(s[0], s[1], s[2], s[3], ft, f, f, c)
                .permute(0, 1, 4, 2, 5, 3, 6, 7)
                .reshape(s[0], s[1] * ft, s[2] * f, s[3] * f, c);
    }

    /** Strided causal convolution, halving space and maybe time; with a shortcut, averages of the space-to-depth channels. */
    static final class Down {
        private final CausalConv conv;
        private final int ft;
        private final int out;
        private final boolean shortcut;

        Down(Params params, int in, int out, boolean temporal, CodecConfig config) {
            this.ft = temporal ? 2 : 1;
            this.out = out;
            this.shortcut = config.shortcuts();
            this.conv = new CausalConv(
                    params, in, out, temporal || config.kernelTime().getFirst() == 3 ? 3 : 1, 3, ft, 2, config.padding(),
                    bias(config), shortcut ? Init.zeros() : Init.kaiming());
        }

        Tensor forward(Tensor x, @Nullable FeatureCache cache) {
            Tensor y = conv.forward(x, cache);
            if (!shortcut) {
                return y;
            }
            // Output frame 0 stands for frame 0 alone, output frame j for frames 2j-1 and 2j.
            boolean first = ft == 2 && (cache == null || cache.first());
            Tensor all = first ? Tensor.cat(1, x.narrow(1, 0, 1), x) : x;
            long[] s = all.shape();
            Tensor deep = all.reshape(s[0], s[1] / ft, ft, s[2] / 2, 2, s[3] / 2, 2, s[4])
                    .permute(0, 1, 3, 5, 2, 4, 6, 7)
                    .reshape(s[0], s[1] / ft, s[2] / 2, s[3] / 2, out, 4L * ft * s[4] / out);
            return y.add(deep.mean(false, 5));
        }
    }

    /** Causal convolution and depth-to-space, doubling space and maybe time; the first frame of a doubled clip is dropped. */
    static final class Up {
        private final CausalConv conv;
        private final int ft;
        private final int repeats;

        Up(Params params, int in, int out, boolean temporal, int kernelTime, CodecConfig config) {
            this.ft = temporal ? 2 : 1;
            int copies = 4 * ft;
            this.repeats = config.shortcuts() ? copies * out / in : 0;
            // The sub-pixel copies start equal, against checkerboards.
            Init equal = config.shortcuts() ? Init.zeros() : new Init.Computed(r -> Init.kaiming()
                    .draw(r, out, in, kernelTime, 3, 3)
                    .repeat(copies, 1, 1, 1, 1));
            this.conv = new CausalConv(
                    params, in, copies * out, kernelTime, 3, 1, 1, config.padding(), bias(config), equal);
        }

        Tensor forward(Tensor x, @Nullable FeatureCache cache) {
            Tensor y = conv.forward(x, cache);
            if (repeats > 0) {
                long[] s = x.shape();
                y = y.add(x.unsqueeze(5)
                        .expand(s[0], s[1], s[2], s[3], s[4], repeats)
                        .reshape(s[0], s[1], s[2], s[3], s[4] * repeats));
            }
            return dropFirst(depthToSpace(y, ft, 2), ft, cache);
        }
    }

    /** Repeats each position: [B, T, H, W, C] → [B, ft·T, f·H, f·W, C]. */
    static Tensor resizeNearest(Tensor x, int ft, int f) {
        long[] s = x.shape();
        return x.reshape(s[0], s[1], 1, s[2], 1, s[3], 1, s[4])
                .expand(s[0], s[1], ft, s[2], f, s[3], f, s[4])
                .reshape(s[0], s[1] * ft, s[2] * f, s[3] * f, s[4]);
    }

    /** 2n frames → 2n − 1 at the start of a clip; later chunks of a stream lose nothing. */
    static Tensor dropFirst(Tensor x, int ft, @Nullable FeatureCache cache) {
        return ft == 2 && (cache == null || cache.first()) ? x.narrow(1, 1, x.size(1) - 1) : x;
    }
}
