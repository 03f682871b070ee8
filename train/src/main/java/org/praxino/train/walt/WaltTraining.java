package org.praxino.train.walt;

import java.util.List;
import org.praxino.diffusion.LevelSampler;
import org.praxino.tensor.ConfigException;
import org.praxino.train.Optimisation;
import org.praxino.train.data.CompositionPreset;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.WaltConfig;

/**
 * Everything that determines a run of the transformer, beside data and codec.
 *
 * @param network the transformer
 * @param process schedule, what is predicted, and how it is sampled
 * @param levels which noise levels are trained
 * @param frames video frames of a sample, 1 + 4k
 * @param lengths latent frames of a batch, one of these drawn for each; shorter ones begin where the sample begins. Needs rotary time
 *     when it is not the sample's own length alone. Differs: ours, it shows more pictures in the same time
 * @param composition how pictures are composed
 * @param latents samples that are composed, encoded and stored
 * @param images share of the batch in which stacks of 1 + t images stand for a clip (W.A.L.T 3.2)
 * @param textDrop share of texts left out, for guidance
 * @param given share of clips whose first one or two latent frames are given (p_fp of W.A.L.T 3.3)
 * @param selfConditioning share of updates that feed the network its own estimate (p_sc of W.A.L.T 3.3)
 * @param optimisation schedule
 */
public record WaltTraining(
        WaltConfig network, ProcessConfig process, Levels levels, int frames, List<Integer> lengths, CompositionPreset composition,
                int latents, double images,
        double textDrop, double given, double selfConditioning, Optimisation optimisation) {

    /** LOGIT_NORMAL: logistic of N(mean, std²), shifted toward noise. UNIFORM: every step alike (the paper). */
    public record Levels(Kind kind, double mean, double std, double shift) {
        /** The families. */
        public enum Kind {
            UNIFORM,
            LOGIT_NORMAL
        }

        public LevelSampler sampler() {
            return switch (kind) {
                case UNIFORM -> new LevelSampler.Uniform(1000);
                case LOGIT_NORMAL -> new LevelSampler.LogitNormal(1000, mean, std, shift);
            };
        }
    }

    public WaltTraining {
        lengths = List.copyOf(lengths);
        if (lengths.isEmpty() || lengths.stream().anyMatch(l -> l < 1)) {
            throw new ConfigException("lengths=" + lengths + " must hold positive numbers of latent frames");
        }
        share("images", images);
        share("textDrop", textDrop);
        share("given", given);
        share("selfConditioning", selfConditioning);
        if (latents < 1) {
            throw new ConfigException("latents=" + latents + " must be positive");
        }
        if (given > 0 && !network.frameCondition()) {
            throw new ConfigException("given=" + given + " needs network.frameCondition=true");
        }
        if (selfConditioning > 0 && !network.selfConditioning()) {
            throw new ConfigException("selfConditioning=" + selfConditioning + " needs network.selfConditioning=true");
        }
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new ConfigException(name + "=" + value + " must lie in [0, 1]");
        }
    }
}
