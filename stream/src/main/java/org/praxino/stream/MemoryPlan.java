package org.praxino.stream;

import java.util.function.IntUnaryOperator;
import org.praxino.codec.VideoCodec;
import org.praxino.io.model.ModelInfo;
import org.praxino.tensor.Backend;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.WaltConfig;

/**
 * What a clip needs beside the weights, reckoned beforehand, so that too long a clip is refused and not killed. Generous: a refusal
 * can be doubted, a killed process cannot be asked.
 *
 * @param bytesPerLatentFrame activations of the widest layer in fp32, for both halves of guidance, and decoded frames
 * @param fixedBytes what is needed whatever the length
 */
record MemoryPlan(long bytesPerLatentFrame, long fixedBytes) {
    /** Copies of a token's widest activations that are alive at once. */
    private static final int ALIVE = 4;

    static MemoryPlan of(WaltConfig network, CodecConfig codec, ModelInfo.Size size) {
        long tokens = (long) (size.height() / codec.spaceFactor() / network.tokens().patch()) * (size.width() / codec.spaceFactor() / network.tokens().patch());
        long perToken = 4L * ALIVE * (network.width().mlp() + 8L * network.width().dim());
        long pixels = (long) size.height() * size.width();
        long frames = codec.timeFactor() * pixels * 3 * 8; // as floats, as bytes, and what a writer holds
        int finest = codec.channels().getFirst();
        long decoder = 4L * ALIVE * 4 * codec.timeFactor() * finest * pixels / ((long) codec.patch() * codec.patch());
        return new MemoryPlan(2 * tokens * perToken + frames, decoder + (64L << 20));
    }

    /** A network that makes block after block needs the same however long it works; the frames of the clip grow. */
    static MemoryPlan ofFrames(VideoCodec codec, ModelInfo.Size size) {
        long pixels = (long) size.height() * size.width();
        return new MemoryPlan(codec.timeFactor() * pixels * 3 * 3, 128L << 20); // as bytes, twice, and what a writer holds
    }

    long bytes(int latentFrames) {
        return fixedBytes + latentFrames * bytesPerLatentFrame;
    }

    /** @throws DoesNotFitException naming the longest clip that fits */
    void check(int frames, CodecConfig codec) {
        check(frames, codec.latentFrames(frames), codec::frames);
    }

    /** @throws DoesNotFitException naming the longest clip that fits */
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
        int nearest = fits < 1 ? 0 : framesOf.applyAsInt(Math.toIntExact(Math.min(fits, Integer.MAX_VALUE / 8)));
        String longest = nearest == 0 ? "not even one frame fits" : "the longest clip that fits has " + nearest + " frames";
        throw new DoesNotFitException(
                frames + " frames need about " + (need >> 20) + " MiB and " + (free >> 20) + " MiB are free: " + longest, nearest);
    }
}
