package org.praxino.walt;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.LowResolution;
import org.praxino.condition.SampleKind;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.nn.Linear;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.walt.WaltConfig.TimePosition;

/** Projects latents, and what joins them on channels, to tokens with positions (W.A.L.T sections 3.2, 3.3 and 3.5). Letters as in {@link WaltTransformer}. */
final class PatchEmbedding {
    private final WaltConfig config;
    private final int dim;
    private final Linear patch;
    private final @Nullable Tensor lowKernel; // [4c, c, 3, 3]
    private final @Nullable Tensor lowBias; // [4c]
    private final Tensor space; // [H·W, C]
    private final Tensor time; // LEARNED [T, C], ROTARY [1, C]: the first frame's mark

    PatchEmbedding(WaltConfig config, Params params) {
        this.config = config;
        dim = config.width().dim();
        int z = config.tokens().latentChannels();
        boolean learned = config.windows().time() == TimePosition.LEARNED;
        boolean low = config.inputs().lowResolution();
        patch = Linear.of(params.at("patch"), config.inputChannels() * config.tokens().patch() * config.tokens().patch(), dim, Init.xavier());
        lowKernel = low ? params.at("low").get("weight", Init.xavier(), 4L * z, z, 3, 3) : null;
        lowBias = low ? params.at("low").get("bias", Init.zeros(), 4L * z) : null;
        space = params.at("position").get("space", config.windows().axial() ? sineCosine() : Init.normal(0.02),
                (long) config.tokens().gridHeight() * config.tokens().gridWidth(), dim);
        time = params.at("position").get(learned ? "time" : "first", Init.normal(0.02), learned ? config.tokens().frames() : 1, dim);
    }

    /** Sines, then cosines, of row·10000^(−4j/C), then of the column: a quarter of the channels each. */
    private Init sineCosine() {
        int width = config.tokens().gridWidth();
        int tokens = config.tokens().gridHeight() * width;
        int quarter = dim / 4;
        float[] table = new float[tokens * dim];
        for (int i = 0; i < table.length; i++) {
            int channel = i % dim;
            int position = channel < 2 * quarter ? i / dim / width : i / dim % width;
            double angle = position * Math.pow(10_000, -(double) (channel % quarter) / quarter);
            table[i] = (float) (channel / quarter % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
        }
        return new Init.Computed(random -> Tensor.of(table, tokens, dim));
    }

    /** Patches of all input channels, projected, with their positions: [B, T, H, W, C]. */
    Tensor apply(DenoiserInput in, WindowGrid g, AttentionPolicy policy) {
        Tensor noisy = in.noisy();
        var channels = new ArrayList<Tensor>(List.of(noisy));
        if (config.inputs().selfConditioning()) { // section 3.3
            channels.add(in.selfEstimate() == null ? zerosLike(noisy, noisy.size(1)) : in.selfEstimate());
        } else if (in.selfEstimate() != null) {
            throw new UserException("this model was made without self-conditioning and takes no estimate of its own");
        }
        if (config.inputs().frameCondition()) { // section 3.3
            GivenFrames given = in.given();
            channels.add(given == null ? zerosLike(noisy, noisy.size(1)) : given.latents().mul(given.mask()));
            channels.add(given == null ? zerosLike(noisy, 1)
                    : given.mask().expand(noisy.size(0), 1, noisy.size(2), noisy.size(3), noisy.size(4)));
        } else if (in.given() != null) {
            throw new UserException("this model was made without frame conditioning and takes no given frames");
        }
        if (config.inputs().lowResolution() != (in.lowRes() != null)) {
            throw new UserException(in.lowRes() == null
                    ? "this super-resolution model needs the low-resolution latent"
                    : "this model is no super-resolution stage and takes no low-resolution latent");
        }
        if (in.lowRes() != null) {
            channels.add(upscaled(in.lowRes()));
        }
        int p = config.tokens().patch();
        Tensor all = Tensor.cat(channels.stream().map(t -> t.to(patch.weight().dtype())).toList(), 1);
        Tensor patches = all.reshape(g.batch(), -1, g.frames(), g.height(), p, g.width(), p)
                .permute(0, 2, 3, 5, 1, 4, 6) // [B, T, H, W, Cin, p, p]
                .reshape(g.batch(), g.frames(), g.height(), g.width(), (long) config.inputChannels() * p * p);
        return patch.apply(patches).add(spacePositions(g)).add(timePositions(in, g, policy));
    }

    private static Tensor zerosLike(Tensor x, long channels) {
        return Tensor.zeros(x.dtype(), x.device(), x.size(0), channels, x.size(2), x.size(3), x.size(4));
    }

    /** Convolution, then depth to space (section 3.5): [B, c, T, h/2, w/2] -> [B, c, T, h, w]. */
    private Tensor upscaled(LowResolution low) {
        long[] s = low.latents().shape();
        Tensor frames = low.latents().to(patch.weight().dtype()).transpose(1, 2).reshape(s[0] * s[2], s[1], s[3], s[4]);
        return Ops.conv2d(frames, Objects.requireNonNull(lowKernel), lowBias, 1, 1, 1) // [BT, 4c, h/2, w/2]
                .reshape(s[0], s[2], s[1], 2, 2, s[3], s[4])
                .permute(0, 2, 1, 5, 3, 6, 4)
                .reshape(s[0], s[1], s[2], 2 * s[3], 2 * s[4]);
    }

    /** [1, 1, H, W, C]; other grids than the base one interpolate (Table 6). */
    private Tensor spacePositions(WindowGrid g) {
        int height = config.tokens().gridHeight();
        int width = config.tokens().gridWidth();
        Tensor table = space.reshape(1, height, width, dim);
        if (g.height() != height || g.width() != width) {
            table = Ops.resizeBilinear(table.permute(0, 3, 1, 2), g.height(), g.width()).permute(0, 2, 3, 1);
        }
        return table.unsqueeze(0);
    }

    /** [B, T, 1, 1, C]; every image has the position of a first frame. */
    private Tensor timePositions(DenoiserInput in, WindowGrid g, AttentionPolicy policy) {
        boolean learned = config.windows().time() == TimePosition.LEARNED;
        if (learned && in.kinds().contains(SampleKind.CLIP) && in.firstFrame() + g.frames() > config.tokens().frames()) {
            throw new UserException("latent frames up to " + (in.firstFrame() + g.frames()) + " were asked for, but this model"
                    + " has learned positions for " + config.tokens().frames());
        }
        long[] positions = new long[g.batch() * g.frames()];
        float[] first = new float[positions.length];
        for (int i = 0; i < positions.length; i++) {
            boolean image = in.kinds().get(i / g.frames()) == SampleKind.IMAGES;
            positions[i] = image ? 0 : in.firstFrame() + g.frameInClip(i % g.frames(), policy);
            first[i] = positions[i] == 0 ? 1 : 0;
        }
        Tensor at = learned
                ? Ops.embedding(time, Tensor.of(positions, g.batch(), g.frames()).to(time.device()))
                : Tensor.of(first, g.batch(), g.frames(), 1).to(time.device()).to(time.dtype()).mul(time);
        return at.unsqueeze(2).unsqueeze(2);
    }
}
