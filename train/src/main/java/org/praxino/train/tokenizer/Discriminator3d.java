package org.praxino.train.tokenizer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * The discriminator of MAGVIT-v2 (arXiv 2310.05737, figure of the appendix): a residual 3-D network in StyleGAN's manner with
 * blurred down-sampling, no normalisation, one logit a clip. Blocks widen in their second convolution, as the code of MAGVIT does; the
 * figure of MAGVIT-v2 can also be read as widening in the first (68 M weights instead of 61 M). B clips, C channels.
 *
 * <p>Differs: where more than one frame is left after the last block (clips of more than 32), features are averaged over time before
 * they are flattened, so that clips and images of any length share its weights.
 */
public final class Discriminator3d implements AutoCloseable {
    private static final double SLOPE = 0.2;
    private static final long[] ONES = {1, 1, 1};
    private static final long[] TWOS = {2, 2, 2};
    private static final long[] NONE = {0, 0, 0};

    private record Conv(Tensor weight, @Nullable Tensor bias) {
        Tensor apply(Tensor x) {
            return Ops.conv3d(x, weight, bias, ONES, weight.size(2) == 3 ? ONES : NONE);
        }
    }

    private record Dense(Tensor weight, Tensor bias) {
        Tensor apply(Tensor x) {
            return Ops.linear(x, weight, bias);
        }
    }

    /** Main branch: convolve, blur and halve, convolve. Skip branch: blur and halve, 1×1×1. Their sum over √2. */
    private record Block(Conv first, Conv second, Conv skip) {
        Tensor apply(Tensor x, Tensor kernel) {
            Tensor main = second.apply(halve(first.apply(x).leakyRelu(SLOPE), kernel)).leakyRelu(SLOPE);
            return main.add(skip.apply(halve(x, kernel))).mul(Math.sqrt(0.5));
        }
    }

    private final DiscriminatorConfig config;
    private final Params params;
    private final Conv in;
    private final List<Block> blocks = new ArrayList<>();
    private final Conv out;
    private final Dense hidden;
    private final Dense logit;

    /** Takes over {@code params}: {@link #close} closes them. */
    public Discriminator3d(DiscriminatorConfig config, Params params) {
        this.config = config;
        this.params = params;
        in = conv(params.at("in"), 3, config.base());
        for (int i = 0; i < config.multipliers().size(); i++) {
            Params p = params.at("block." + i);
            int from = config.channels(i - 1);
            int to = config.channels(i);
            Tensor skip = p.get("skip.weight", Init.kaiming(), to, from, 1, 1, 1);
            blocks.add(new Block(conv(p.at("first"), from, from), conv(p.at("second"), from, to), new Conv(skip, null)));
        }
        out = conv(params.at("out"), config.last(), config.last());
        hidden = linear(params.at("hidden"), config.flat(), config.hidden());
        logit = linear(params.at("logit"), config.hidden(), 1);
    }

    private static Conv conv(Params p, int from, int to) {
        return new Conv(p.get("weight", Init.kaiming(), to, from, 3, 3, 3), p.get("bias", Init.zeros(), to));
    }

    private static Dense linear(Params p, int from, int to) {
        return new Dense(p.get("weight", Init.kaiming(), to, from), p.get("bias", Init.zeros(), to));
    }

    /** @param video [B, 3, T, H, W] in [-1, 1], of the configured height and width @return logits [B], higher for real */
    public Tensor logits(Tensor video) {
        if (video.dim() != 5 || video.size(1) != 3 || video.size(3) != config.height() || video.size(4) != config.width()) {
            throw new ShapeException("video", "[B, 3, T, " + config.height() + ", " + config.width() + "]", video.shape());
        }
        Tensor kernel = blurKernel(params.device(), params.dtype());
        Tensor x = in.apply(video).leakyRelu(SLOPE);
        for (Block block : blocks) {
            x = block.apply(x, kernel);
        }
        x = out.apply(x).leakyRelu(SLOPE).mean(false, 2); // [B, C, t, h, w] -> [B, C, h, w]
        return logit.apply(hidden.apply(x.flatten(1, 3)).leakyRelu(SLOPE)).squeeze(1); // [B, C·h·w] -> [B]
    }

    /** [1, 2, 1] in each direction, normalised: [1, 1, 3, 3, 3] (Zhang 2019, arXiv 1904.11486). */
    private static Tensor blurKernel(Device device, DType dtype) {
        float[] weights = new float[27];
        float[] line = {0.25f, 0.5f, 0.25f};
        for (int i = 0; i < 27; i++) {
            weights[i] = line[i / 9] * line[i / 3 % 3] * line[i % 3];
        }
        return Tensor.of(weights, 1, 1, 3, 3, 3).to(device).to(dtype);
    }

    /** Blurs and subsamples each dimension by two; at the rim the weights that fall inside are scaled to sum 1. */
    private static Tensor halve(Tensor x, Tensor kernel) {
        Tensor share = Ops.conv3d(Tensor.ones(x.dtype(), x.device(), 1, 1, x.size(2), x.size(3), x.size(4)), kernel, null, TWOS, ONES);
        Tensor planes = x.reshape(x.size(0) * x.size(1), 1, x.size(2), x.size(3), x.size(4)); // [B·C, 1, T, H, W]
        Tensor blurred = Ops.conv3d(planes, kernel, null, TWOS, ONES).div(share);
        return blurred.reshape(x.size(0), x.size(1), blurred.size(2), blurred.size(3), blurred.size(4));
    }

    public Params params() {
        return params;
    }

    public DiscriminatorConfig config() {
        return config;
    }

    @Override
    public void close() {
        params.close();
    }
}
