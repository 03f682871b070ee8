package org.praxino.train.tokenizer;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;
import org.praxino.train.Optimisation;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.walt.CodecConfig;

/**
 * Everything that determines a tokenizer run.
 *
 * @param codec the network
 * @param frames length of a training clip, 1 + 4k
 * @param crop side of the random square that is cut out of each clip, in pixels; 0 takes whole frames. The network is convolutional,
 *     so small squares teach it as much a pixel, in more and quicker updates
 * @param cropCandidates random squares that are drawn for each crop: the one with the most detail is taken, so that less is learnt from empty
 *     background; 1 takes any
 * @param images share of batches in which stacks of 1 + t independent images stand for clips (W.A.L.T 1.2)
 * @param freezeEncoder whether the start model's encoder and latent statistics are kept to the bit and only the decoder learns, so that
 *     what was trained on its latents stays valid
 * @param composition how pictures are composed
 * @param losses weights of the loss terms
 * @param equivariance latents that scale and turn with the picture, or null; needs square crops and a free encoder
 * @param perceptual perceptual term, or null
 * @param adversarial adversarial term, or null
 * @param optimisation schedule
 */
public record TokenizerTraining(
        CodecConfig codec, int frames, int crop, int cropCandidates, double images, boolean freezeEncoder, CompositionPreset composition,
        TokenizerLosses losses, @Nullable EquivarianceTraining equivariance, @Nullable PerceptualTraining perceptual,
                @Nullable AdversarialTraining adversarial, Optimisation optimisation) {
    public TokenizerTraining {
        codec.latentFrames(frames);
        if (crop < 0 || crop % codec.spaceFactor() != 0) {
            throw new ConfigException("crop=" + crop + " is not a multiple of " + codec.spaceFactor());
        }
        if (cropCandidates < 1) {
            throw new ConfigException("cropCandidates=" + cropCandidates + " must be at least 1");
        }
        if (losses.kl() > 0 && !codec.variational()) {
            throw new ConfigException("losses.kl=" + losses.kl() + " needs codec.variational=true");
        }
        if (equivariance != null && (freezeEncoder || adversarial != null)) {
            throw new ConfigException("equivariance needs freezeEncoder=false and adversarial=null: the discriminator reads one size of picture");
        }
        if (!(images >= 0 && images <= 1)) {
            throw new ConfigException("images=" + images + " must lie in [0, 1]");
        }
    }
}
