package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/**
 * MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381) at width 1.4 with batch norms folded into the convolutions, up to its
 * 1792 pooled features. Its weights are frozen; gradients flow to the images. B images, H W height and width.
 */
public final class MobileNetV2 implements AutoCloseable {
    /** Size of the pooled features. */
    public static final int FEATURES = 1792;

    /** Channels of the outputs of {@link #taps}. */
    public static final List<Integer> TAP_CHANNELS = List.of(48, 32, 48, 136, 448);

    /** A group of blocks of one width (table 2 of the paper). @param stride of the first of them */
    private record Stage(int channels, int blocks, int stride) {}

    private static final int FIRST = 48;
    private static final List<Stage> STAGES = List.of(
            new Stage(24, 1, 1), new Stage(32, 2, 2), new Stage(48, 3, 2), new Stage(88, 4, 2),
            new Stage(136, 3, 1), new Stage(224, 3, 2), new Stage(448, 1, 1));
    private static final List<Integer> TAP_BLOCKS = List.of(2, 5, 12, 16);

    private record Conv(Tensor weight, Tensor bias, int stride, int groups, boolean clipped) {
        /** [B, C, H, W] -> [B, O, ceil(H/stride), ceil(W/stride)], ReLU6 where {@code clipped}. */
        Tensor apply(Tensor x) {
            int kernel = (int) weight.size(2);
            Tensor padded = kernel == 1 ? x : Ops.pad(x, same(x.size(3), kernel)[0], same(x.size(3), kernel)[1],
                    same(x.size(2), kernel)[0], same(x.size(2), kernel)[1]);
            Tensor y = Ops.conv2d(padded, weight, bias, stride, 0, groups);
            return clipped ? y.clamp(0, 6) : y;
        }

        /** TensorFlow's SAME: as much as the last window lacks, the odd pixel behind. */
        private long[] same(long size, int kernel) {
            long windows = (size + stride - 1) / stride;
            long lacking = Math.max(0, (windows - 1) * stride + kernel - size);
            return new long[] {lacking / 2, lacking - lacking / 2};
        }
    }

    private record Block(@Nullable Conv expand, Conv depthwise, Conv project, boolean residual) {
        Tensor apply(Tensor x) {
            Tensor wide = expand == null ? x : expand.apply(x);
            Tensor y = project.apply(depthwise.apply(wide));
            return residual ? x.add(y) : y;
        }
    }

    private final Params params;
    private final int size;
    private final Conv first;
    private final List<Block> blocks = new ArrayList<>();
    private final Conv last;

    private MobileNetV2(Params params, int size) {
        this.params = params;
        this.size = size;
        first = conv(params.at("Conv"), 3, FIRST, 3, 2, 1, true);
        int in = FIRST;
        for (Stage stage : STAGES) {
            for (int i = 0; i < stage.blocks; i++) {
                Params p = params.at(blocks.isEmpty() ? "expanded_conv" : "expanded_conv_" + blocks.size());
                int wide = blocks.isEmpty() ? in : 6 * in;
                int stride = i == 0 ? stage.stride : 1;
                blocks.add(new Block(
                        blocks.isEmpty() ? null : conv(p.at("expand"), in, wide, 1, 1, 1, true),
                        conv(p.at("depthwise"), wide, wide, 3, stride, wide, true),
                        conv(p.at("project"), wide, stage.channels, 1, 1, 1, false),
                        stride == 1 && in == stage.channels));
                in = stage.channels;
            }
        }
        last = conv(params.at("Conv_1"), in, FEATURES, 1, 1, 1, true);
    }

    /** Reads weights as {@link NsfwjsWeights} stores them. */
    public static MobileNetV2 load(WeightSource source, Device device, String what) {
        Params params = Params.load(source, device, DType.F32, what);
        MobileNetV2 network = new MobileNetV2(params, 224);
        params.finish();
        return network;
    }

    /** An untrained network of the same shape for small frames, for tests. */
    public static MobileNetV2 untrained(long seed) {
        return new MobileNetV2(Params.initialise(seed, Device.CPU), 32);
    }

    private static Conv conv(Params p, int in, int out, int kernel, int stride, int groups, boolean clipped) {
        Tensor weight = p.get("weight", Init.kaiming(), out, in / groups, kernel, kernel);
        return new Conv(weight, p.get("bias", Init.zeros(), out), stride, groups, clipped);
    }

    /**
     * Pooled features. The published network reads 224×224; other sizes work, with other statistics.
     *
     * @param images [B, 3, H, W] in [-1, 1], fp32
     * @return [B, 1792]
     */
    public Tensor features(Tensor images) {
        try (var scope = Scope.open("MobileNetV2.features")) {
            Tensor x = first.apply(checked(images));
            for (Block block : blocks) {
                x = block.apply(x);
            }
            return scope.keep(last.apply(x).mean(false, 2, 3)); // [B, 1792, h, w] -> [B, 1792]
        }
    }

    /**
     * Intermediate feature maps, at 1/2, 1/4, 1/8, 1/16 and 1/32 of the size.
     *
     * @param images [B, 3, H, W] in [-1, 1], fp32
     * @return five tensors [B, {@link #TAP_CHANNELS}, h, w]
     */
    public List<Tensor> taps(Tensor images) {
        try (var scope = Scope.open("MobileNetV2.taps")) {
            List<Tensor> taps = new ArrayList<>();
            Tensor x = first.apply(checked(images));
            taps.add(scope.keep(x));
            for (int i = 0; i < blocks.size(); i++) {
                x = blocks.get(i).apply(x);
                if (TAP_BLOCKS.contains(i)) {
                    taps.add(scope.keep(x));
                }
            }
            return taps;
        }
    }

    private static Tensor checked(Tensor images) {
        if (images.dim() != 4 || images.size(1) != 3 || images.size(2) < 32 || images.size(3) < 32) {
            throw new ShapeException("images", "[B, 3, H, W] of at least 32x32", images.shape());
        }
        return Ops.channelsLast(images);
    }

    /** Height and width of its input. */
    public int size() {
        return size;
    }

    public Device device() {
        return params.device();
    }

    long weights() {
        return params.count();
    }

    @Override
    public void close() {
        params.close();
    }
}
