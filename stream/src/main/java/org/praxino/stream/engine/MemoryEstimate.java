package org.praxino.stream.engine;

import java.util.function.IntUnaryOperator;
import org.praxino.codec.VideoCodec;
import org.praxino.io.model.ModelInfo;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.tensor.Backend;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.WaltConfig;

/**
 * Estimates the memory a clip needs in addition to the weights, so that clips that would not fit are rejected up front. Errs on the high
 * side.
 *
 * @param bytesPerLatentFrame activations of the widest layer in fp32, for both halves of guidance, and decoded frames
 * @param fixedBytes needed regardless of length
 */
record MemoryEstimate(long bytesPerLatentFrame, long fixedBytes) {
    /** Copies of a token's widest activations that are live at once. */
    private static final int LIVE_COPIES = 4;

    static MemoryEstimate of(WaltConfig network, CodecConfig codec, ModelInfo.ClipSize size) {
        long tokens = (long) (size.height() / codec.spaceFactor() / network.tokens().patch()) * (size.width() / codec.spaceFactor() / network.tokens().patch());
        long perToken = 4L * LIVE_COPIES * (network.width().mlp() + 8L * network.width().dim());
        long pixels = (long) size.height() * size.width();
        long frames = codec.timeFactor() * pixels * 3 * 8; // as floats, as bytes, and what a writer holds
        int finest = codec.channels().getFirst();
        long decoder = 4L * LIVE_COPIES * 4 * codec.timeFactor() * finest * pixels / ((long) codec.patch() * codec.patch());
        return new MemoryEstimate(2 * tokens * perToken + frames, decoder + (64L << 20));
    }

    /** For block-wise generation: the network's memory is constant, the clip's frames grow. */
    static MemoryEstimate ofFrames(VideoCodec codec, ModelInfo.ClipSize size) {
        long pixels = (long) size.height() * size.width();
        return new MemoryEstimate(codec.timeFactor() * pixels * 3 * 3, 128L << 20); // as bytes, twice, and what a writer holds
    }

    long bytes(int latentFrames) {
        return fixedBytes + latentFrames * bytesPerLatentFrame;
    }

    /** @throws InsufficientMemoryException if the clip does not fit */
    void check(int frames, CodecConfig codec) {
        check(frames, codec.latentFrames(frames), codec::frames);
    }

    /** @throws InsufficientMemoryException if the clip does not fit */
    void check(int frames, VideoCodec codec) {
        check(frames, codec.latentFrames(frames), codec::frames);
    }

    private void check(int frames, int latents, IntUnaryOperator framesOf) {
        long free = Backend.availableBytes();
        long need = bytes(latents);
        if (need <= free) {
            return;
        }
        long fits = (free - fixedBytes) / bytesPerLatentFrame;
        int longestFitting = fits < 1 ? 0 : framesOf.applyAsInt(Math.toIntExact(Math.min(fits, Integer.MAX_VALUE / 8)));
        String longest = longestFitting == 0 ? "not even one frame fits" : "the longest clip that fits has " + longestFitting + " frames";
        throw new InsufficientMemoryException(
                frames + " frames need about " + (need >> 20) + " MiB and " + (free >> 20) + " MiB are free: " + longest, longestFitting);
    }
}
