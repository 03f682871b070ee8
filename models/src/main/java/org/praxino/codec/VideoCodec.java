package org.praxino.codec;

import java.util.List;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Tensor;

/**
 * A tokenizer for images and videos. Video is [B, 3, T, H, W] in [-1, 1] with T = 1 + timeFactor·k; latents are
 * [B, C, T', H', W'], normalised to zero mean and unit deviation a channel.
 */
public interface VideoCodec extends AutoCloseable {
    int latentChannels();

    /** Video frames in a latent frame after the first. */
    int timeFactor();

    /** Pixels in a latent position, along height and along width. */
    int spaceFactor();

    /** Video frames of {@code latents} latent frames. */
    default int frames(int latents) {
        return 1 + (latents - 1) * timeFactor();
    }

    /** Latent frames of {@code frames} video frames. @throws ConfigException when that is not 1 + timeFactor·k */
    default int latentFrames(int frames) {
        int f = timeFactor();
        if (frames < 1 || (frames - 1) % f != 0) {
            int below = Math.max(1, (Math.max(frames, 1) - 1) / f * f + 1);
            throw new ConfigException("frames=" + frames + " is not 1 + " + f + "k: the nearest are " + below + " and " + (below + f));
        }
        return (frames - 1) / f + 1;
    }

    /** @throws org.praxino.tensor.UserException when the frame count or the size is not one that can be coded */
    Tensor encode(Tensor video);

    /** Video in [-1, 1], clamped. */
    Tensor decode(Tensor latents);

    /** A decoder that keeps its state between calls; pieces give exactly the frames of the whole clip. */
    Streaming openDecoder();

    /** An encoder that keeps its state: the first piece holds 1 + timeFactor·k frames, later ones timeFactor·k. */
    Streaming openEncoder();

    @Override
    void close();

    /** One direction of a stream; used from one thread, closed to free its state. */
    interface Streaming extends AutoCloseable {
        Tensor next(Tensor piece);

        /** Copies of its state, in the caller's scope: enough to continue from here with {@link #restore}. */
        List<Tensor> state();

        /** Restores a {@link #state} of this codec and direction; the tensors are copied. */
        void restore(List<Tensor> state);

        @Override
        void close();
    }
}
