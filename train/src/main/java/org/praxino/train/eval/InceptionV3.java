package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
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
 * Inception-v3 (Szegedy et al. 2016, arXiv 1512.00567) as Keras builds it, with batch norms folded into the convolutions, up to block
 * {@code mixed10}. Its weights are frozen; gradients flow to the images. It serves losses and never a score. Convolutions are numbered
 * as Keras numbers them. B images, H W height and width.
 */
public final class InceptionV3 implements AutoCloseable {
    /** Channels of the outputs of {@link #taps}: after the third and fifth convolution, and of the blocks mixed0 to mixed10. */
    public static final List<Integer> TAP_CHANNELS = List.of(64, 192, 256, 288, 288, 768, 768, 768, 768, 768, 1280, 2048, 2048);

    /** Pixels that so many taps need. */
    private static int least(int taps) {
        return taps == 1 ? 7 : taps == 2 ? 19 : taps <= 5 ? 27 : taps <= 10 ? 43 : 75;
    }

    private record Conv(Tensor weight, Tensor bias, int stride, long padHeight, long padWidth) {
        Tensor apply(Tensor x) {
            return Ops.conv2d(x, weight, bias, stride, padHeight, padWidth).relu();
        }
    }

    private final Params params;
    private final List<UnaryOperator<Tensor>> stages = new ArrayList<>(); // each ends in a tap
    private int count;

    private InceptionV3(Params params) {
        this.params = params;
        Conv c1 = valid(3, 32, 3, 2);
        Conv c2 = valid(32, 32, 3, 1);
        Conv c3 = same(32, 64, 3, 3);
        stages.add(x -> c3.apply(c2.apply(c1.apply(x))));
        Conv c4 = valid(64, 80, 1, 1);
        Conv c5 = valid(80, 192, 3, 1);
        stages.add(x -> c5.apply(c4.apply(Ops.maxPool2d(x, 3, 2))));
        UnaryOperator<Tensor> first = blockA(192, 32);
        stages.add(x -> first.apply(Ops.maxPool2d(x, 3, 2)));
        stages.add(blockA(256, 64));
        stages.add(blockA(288, 64));
        stages.add(reductionA());
        for (int width : new int[] {128, 160, 160, 192}) {
            stages.add(blockB(width));
        }
        stages.add(reductionB());
        stages.add(blockC(1280));
        stages.add(blockC(2048));
    }

    private Conv conv(int in, int out, int height, int width, int stride, boolean same) {
        Params p = params.at("conv" + ++count);
        Tensor weight = p.get("weight", Init.kaiming(), out, in, height, width);
        return new Conv(weight, p.get("bias", Init.zeros(), out), stride, same ? height / 2 : 0, same ? width / 2 : 0);
    }

    private Conv same(int in, int out, int height, int width) {
        return conv(in, out, height, width, 1, true);
    }

    private Conv valid(int in, int out, int kernel, int stride) {
        return conv(in, out, kernel, kernel, stride, false);
    }

    private static Tensor chain(Tensor x, Conv... convs) {
        for (Conv conv : convs) {
            x = conv.apply(x);
        }
        return x;
    }

    /** Figure 5 of the paper: 1×1, 5×5, twice 3×3, and a pool. */
    private UnaryOperator<Tensor> blockA(int in, int pooled) {
        Conv one = same(in, 64, 1, 1);
        Conv[] five = {same(in, 48, 1, 1), same(48, 64, 5, 5)};
        Conv[] three = {same(in, 64, 1, 1), same(64, 96, 3, 3), same(96, 96, 3, 3)};
        Conv pool = same(in, pooled, 1, 1);
        return x -> Tensor.cat(1, one.apply(x), chain(x, five), chain(x, three), pool.apply(Ops.averagePool2d(x, 3)));
    }

    private UnaryOperator<Tensor> reductionA() {
        Conv three = valid(288, 384, 3, 2);
        Conv[] twice = {same(288, 64, 1, 1), same(64, 96, 3, 3), valid(96, 96, 3, 2)};
        return x -> Tensor.cat(1, three.apply(x), chain(x, twice), Ops.maxPool2d(x, 3, 2));
    }

    /** Figure 6 of the paper: convolutions of 7×7 in factors. */
    private UnaryOperator<Tensor> blockB(int c) {
        Conv one = same(768, 192, 1, 1);
        Conv[] seven = {same(768, c, 1, 1), same(c, c, 1, 7), same(c, 192, 7, 1)};
        Conv[] twice = {same(768, c, 1, 1), same(c, c, 7, 1), same(c, c, 1, 7), same(c, c, 7, 1), same(c, 192, 1, 7)};
        Conv pool = same(768, 192, 1, 1);
        return x -> Tensor.cat(1, one.apply(x), chain(x, seven), chain(x, twice), pool.apply(Ops.averagePool2d(x, 3)));
    }

    private UnaryOperator<Tensor> reductionB() {
        Conv[] three = {same(768, 192, 1, 1), valid(192, 320, 3, 2)};
        Conv[] seven = {same(768, 192, 1, 1), same(192, 192, 1, 7), same(192, 192, 7, 1), valid(192, 192, 3, 2)};
        return x -> Tensor.cat(1, chain(x, three), chain(x, seven), Ops.maxPool2d(x, 3, 2));
    }

    /** Figure 7 of the paper: 1×3 and 3×1 beside each other. */
    private UnaryOperator<Tensor> blockC(int in) {
        Conv one = same(in, 320, 1, 1);
        Conv three = same(in, 384, 1, 1);
        Conv[] threeSplit = {same(384, 384, 1, 3), same(384, 384, 3, 1)};
        Conv[] twice = {same(in, 448, 1, 1), same(448, 384, 3, 3)};
        Conv[] twiceSplit = {same(384, 384, 1, 3), same(384, 384, 3, 1)};
        Conv pool = same(in, 192, 1, 1);
        return x -> {
            Tensor a = three.apply(x);
            Tensor b = chain(x, twice);
            return Tensor.cat(1, one.apply(x), threeSplit[0].apply(a), threeSplit[1].apply(a), twiceSplit[0].apply(b), twiceSplit[1].apply(b),
                    pool.apply(Ops.averagePool2d(x, 3)));
        };
    }

    /** Reads weights as {@link NsfwjsWeights} stores them. */
    public static InceptionV3 load(WeightSource source, Device device, String what) {
        Params params = Params.load(source, device, DType.F32, what);
        InceptionV3 network = new InceptionV3(params);
        params.finish();
        return network;
    }

    /** An untrained network of the same shape, for tests. */
    public static InceptionV3 untrained(long seed) {
        return new InceptionV3(Params.initialise(seed, Device.CPU));
    }

    /**
     * Intermediate feature maps.
     *
     * @param images [B, 3, H, W] in [-1, 1], fp32; 299×299 is what it was trained on, other sizes work with other statistics. All thirteen
     *     taps need 75 pixels, the first five 27
     * @param count of taps, from the first on; later layers are not computed
     * @return tensors [B, {@link #TAP_CHANNELS}, h, w]
     */
    public List<Tensor> taps(Tensor images, int count) {
        if (images.dim() != 4 || images.size(1) != 3 || Math.min(images.size(2), images.size(3)) < least(count)) {
            throw new ShapeException("images", "[B, 3, H, W] of at least " + least(count) + "x" + least(count), images.shape());
        }
        try (var scope = Scope.open("InceptionV3.taps")) {
            List<Tensor> taps = new ArrayList<>();
            Tensor x = Ops.channelsLast(images);
            for (UnaryOperator<Tensor> stage : stages.subList(0, count)) {
                x = stage.apply(x);
                taps.add(scope.keep(x));
            }
            return taps;
        }
    }

    public Device device() {
        return params.device();
    }

    @Override
    public void close() {
        params.close();
    }
}
