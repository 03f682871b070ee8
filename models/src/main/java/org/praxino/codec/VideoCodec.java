package org.praxino.codec;

import java.util.List;
import org.praxino.tensor.Tensor;

/**
 * A tokenizer for images and videos. Video is [B, 3, T, H, W] in [-1, 1] with T = 1 + timeFactor·k; latents are
 * [B, C, T', H', W'], normalised to zero mean and unit deviation a channel.
 */
public interface VideoCodec extends AutoCloseable {
    int latentChannels();

    /** Frames a latent frame after the first stands for. */
    int timeFactor();

    /** Pixels a latent position stands for along height and width. */
    int spaceFactor();

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

        /** Copies of all that it remembers, in the caller's scope: enough to go on from here with {@link #restore}. */
        List<Tensor> state();

        /** Goes back to, or on from, a {@link #state} of this codec and direction; the tensors are copied. */
        void restore(List<Tensor> state);

        @Override
        void close();
    }
}
