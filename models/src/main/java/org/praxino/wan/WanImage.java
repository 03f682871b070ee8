package org.praxino.wan;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * Image conditioning of Wan 2.1's image-to-video transformers. B is 1 or the batch.
 *
 * @param channels [B, c, T, H, W] for the whole clip, put behind the noisy latent's channels: the mask, then the latent of the clip of
 *     which only the given pictures are not grey
 * @param states [B, n, D] of an image encoder (CLIP ViT-H/14, last but one layer: 257 of 1280), or null for models without
 */
public record WanImage(Tensor channels, @Nullable Tensor states) {
    public WanImage {
        if (channels.dim() != 5) {
            throw new ShapeException("picture's channels", "[B, c, T, H, W]", channels.shape());
        }
        if (states != null && states.dim() != 3) {
            throw new ShapeException("picture's states", "[B, n, D]", states.shape());
        }
    }

    /**
     * The published layout: a channel of the mask for each of the frames that a latent frame stands for, 1 where it is given, then the
     * latent of a clip that is grey but for the given frames.
     *
     * @param first [1, 3, 1, H, W] in [-1, 1]
     * @param last the same, or null
     * @param frames of the clip, 1 + 4k
     */
    public static WanImage of(WanVae vae, Tensor first, @Nullable Tensor last, int frames, @Nullable Tensor states) {
        int group = vae.timeFactor();
        if (frames < 1 || (frames - 1) % group != 0) {
            throw new UserException("a clip of " + frames + " frames cannot be coded: the number must be 1 + " + group + "k");
        }
        if (last != null && (frames == 1 || !Arrays.equals(last.shape(), first.shape()))) {
            throw new UserException("a last picture needs a clip of more than one frame and the size of the first");
        }
        try (var scope = Scope.open("wan image")) {
            long[] s = first.shape();
            Tensor grey = Tensor.zeros(DType.F32, first.device(), s[0], s[1], frames - (last == null ? 1L : 2L), s[3], s[4]);
            Tensor clip = last == null ? Tensor.cat(2, first, grey) : Tensor.cat(2, first, grey, last);
            Tensor latent = vae.encode(clip); // [1, C, T, h, w]
            Tensor mask = Tensor.of(mask(frames, group, last != null), 1, group, latent.size(2), 1, 1)
                    .to(latent.device()).expand(s[0], group, latent.size(2), latent.size(3), latent.size(4));
            return new WanImage(scope.keep(Tensor.cat(1, mask, latent.to(DType.F32))), states);
        }
    }

    /** [group, T]: the first latent frame stands for the first frame, which therefore fills all of its channels. */
    private static float[] mask(int frames, int group, boolean last) {
        int latents = 1 + (frames - 1) / group;
        float[] mask = new float[group * latents];
        for (int g = 0; g < group; g++) {
            mask[g * latents] = 1;
        }
        if (last) {
            mask[group * latents - 1] = 1;
        }
        return mask;
    }

    /** The channels of {@code frames} latent frames from {@code firstFrame} on, for a batch. */
    Tensor channels(long batch, int firstFrame, int frames, Device device, DType dtype) {
        if (firstFrame + frames > channels.size(2)) {
            throw new UserException("latent frames up to " + (firstFrame + frames) + " were asked for, but the picture was prepared for a clip of "
                    + channels.size(2));
        }
        return spread(channels.narrow(2, firstFrame, frames), batch).to(device).to(dtype);
    }

    /** One image for all elements, or one each, repeated for the second half of guidance. */
    static Tensor spread(Tensor t, long batch) {
        if (batch % t.size(0) != 0) {
            throw new UserException(t.size(0) + " pictures were given for a batch of " + batch);
        }
        long[] times = new long[t.dim()];
        Arrays.fill(times, 1);
        times[0] = batch / t.size(0);
        return times[0] == 1 ? t : t.repeat(times);
    }
}
