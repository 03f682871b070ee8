package org.praxino.walt;

import java.util.List;
import org.praxino.tensor.ConfigException;

/**
 * Shape of a W.A.L.T tokenizer: the MAGVIT-v2 causal 3-D CNN with a real-valued bottleneck (W.A.L.T 1.2, MAGVIT-v2 figure).
 *
 * @param patch space-to-depth factor in front of the first convolution; 1 in the paper
 * @param channels width of each level, finest first; between two levels space is halved
 * @param temporal for each reduction between levels, whether time is halved as well
 * @param kernelTime for each level, the temporal kernel size of its residual blocks, 1 or 3
 * @param upKernelTime temporal kernel size of the up-sampling convolutions, 1 or 3
 * @param encoderBlocks residual blocks a level in the encoder
 * @param decoderBlocks residual blocks a level in the decoder
 * @param middleBlocks further residual blocks at the coarsest level of each half
 * @param latentChannels channels of the latent
 * @param variational whether the encoder gives a mean and a log-variance, for a KL term in training; the mean is the latent. The paper
 *     has no KL term
 * @param norm normalisation; its statistics never mix frames
 * @param adaptiveNorm whether each decoder level begins with a norm modulated by the latent (AdaGN)
 * @param padding what stands before the first frame in a causal convolution
 * @param shortcuts whether resampling layers add a parameter-free shortcut between space and channels, and change the width
 *     themselves. Differs: not in the paper; from DC-AE (arXiv 2410.10733), where it speeds up learning
 */
public record CodecConfig(
        int patch,
        List<Integer> channels,
        List<Boolean> temporal,
        List<Integer> kernelTime,
        int upKernelTime,
        int encoderBlocks,
        int decoderBlocks,
        int middleBlocks,
        int latentChannels,
        boolean variational,
        Norm norm,
        boolean adaptiveNorm,
        Padding padding,
        boolean shortcuts) {

    /**
     * GROUP: group norm with up to 32 groups, statistics a frame at a time. LAYER: over the channels of each position; as it forgets
     * how bright a position is, convolutions then have biases and nothing is normalised just before the latent.
     */
    public enum Norm {
        GROUP,
        LAYER
    }

    /** FIRST_FRAME: copies of the first frame, so that an image is a still video. ZERO: zeros. */
    public enum Padding {
        FIRST_FRAME,
        ZERO
    }

    public CodecConfig {
        channels = List.copyOf(channels);
        temporal = List.copyOf(temporal);
        kernelTime = List.copyOf(kernelTime);
        if (channels.isEmpty() || temporal.size() != channels.size() - 1 || kernelTime.size() != channels.size()) {
            throw new ConfigException("channels=" + channels + " need temporal of one less entry and kernelTime of as many, not "
                    + temporal + " and " + kernelTime);
        }
        if (patch < 1 || latentChannels < 1 || encoderBlocks < 1 || decoderBlocks < 1 || middleBlocks < 0) {
            throw new ConfigException("patch=" + patch + ", latentChannels=" + latentChannels + ", encoderBlocks=" + encoderBlocks
                    + ", decoderBlocks=" + decoderBlocks + " must be positive");
        }
        for (int i = 0; shortcuts && i + 1 < channels.size(); i++) {
            int factor = temporal.get(i) ? 8 : 4;
            if (factor * channels.get(i) % channels.get(i + 1) != 0) {
                throw new ConfigException("channels=" + channels + " cannot have shortcuts: " + factor + "·" + channels.get(i)
                        + " is not a multiple of " + channels.get(i + 1));
            }
        }
        if (!List.of(1, 3).containsAll(kernelTime) || (upKernelTime != 1 && upKernelTime != 3)) {
            throw new ConfigException("kernelTime=" + kernelTime + " and upKernelTime=" + upKernelTime + " may be 1 or 3 only");
        }
    }

    /** Whether an encoder of this shape is one of {@code other}'s: they may differ in what is the decoder's alone. */
    public boolean encodesLike(CodecConfig other) {
        return equals(new CodecConfig(
                other.patch, other.channels, other.temporal, other.kernelTime, upKernelTime, other.encoderBlocks, decoderBlocks,
                other.middleBlocks, other.latentChannels, other.variational, other.norm, adaptiveNorm, other.padding, other.shortcuts));
    }

    /** Width that the layer between level {@code i} and the coarser next one has on its coarse side. */
    int below(int i) {
        return channels.get(shortcuts ? i + 1 : i);
    }

    /** Pixels in a latent position, along height and along width. */
    public int spaceFactor() {
        return patch << (channels.size() - 1);
    }

    /** Video frames in a latent frame after the first. */
    public int timeFactor() {
        return 1 << (int) temporal.stream().filter(t -> t).count();
    }

    /** Latent frames of {@code frames} video frames. @throws ConfigException naming the nearest legal counts */
    public int latentFrames(int frames) {
        int f = timeFactor();
        if (frames < 1 || (frames - 1) % f != 0) {
            int below = Math.max(1, (Math.max(frames, 1) - 1) / f * f + 1);
            throw new ConfigException("frames=" + frames + " is not 1 + " + f + "k: the nearest are " + below + " and "
                    + (below + f));
        }
        return (frames - 1) / f + 1;
    }

    /** Video frames of {@code latentFrames} latent frames. */
    public int frames(int latentFrames) {
        return (latentFrames - 1) * timeFactor() + 1;
    }

    /** The published video tokenizer (W.A.L.T Table 8): 128 base channels, multipliers 1, 2, 2, 4, four blocks. */
    public static CodecConfig published(int latentChannels) {
        return new CodecConfig(
                1, List.of(128, 256, 256, 512), List.of(false, true, true), List.of(3, 3, 3, 3), 3, 4, 4, 4, latentChannels, false,
                Norm.GROUP, true, Padding.ZERO, false);
    }

    /** The bundled small tokenizer: 8×8×4 compression, made for two CPU cores. */
    public static CodecConfig small() {
        return new CodecConfig(
                2, List.of(32, 64, 128), List.of(true, true), List.of(1, 1, 3), 1, 1, 1, 2, 16, false,
                Norm.LAYER, false, Padding.FIRST_FRAME, true);
    }
}
