package org.praxino.train.walt;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.GivenMask;
import org.praxino.diffusion.LevelSampler;
import org.praxino.tensor.ConfigException;
import org.praxino.train.Optimisation;
import org.praxino.train.student.Dataset;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.WaltConfig;

/**
 * Settings of a transformer run, besides data and codec.
 *
 * @param network the transformer
 * @param process schedule, what is predicted, and how it is sampled
 * @param phases what is trained on from when; optimiser and averages continue through all of them
 * @param sampleFrames latent frames in a sample, filled with as many clips as fit: 9 is nine stills, three clips of three or one of nine,
 *     so that a sample costs the same whatever its length; null for one clip a sample
 * @param textDrop share of texts left out, for guidance
 * @param selfConditioning share of updates that feed the network its own estimate (p_sc of W.A.L.T 3.3)
 * @param lowResolution what a super-resolution stage is trained with; null for other networks
 * @param optimisation schedule
 */
public record WaltTraining(
        WaltConfig network, ProcessConfig process, List<TrainingPhase> phases, @Nullable Integer sampleFrames, double textDrop, double selfConditioning,
        @Nullable LowResolutionTraining lowResolution, Optimisation optimisation) {

    /** Without a super-resolution stage. */
    public WaltTraining(
            WaltConfig network, ProcessConfig process, List<TrainingPhase> phases, @Nullable Integer sampleFrames, double textDrop, double selfConditioning,
            Optimisation optimisation) {
        this(network, process, phases, sampleFrames, textDrop, selfConditioning, null, optimisation);
    }

    /**
     * A super-resolution stage (W.A.L.T 3.5). Its condition is the clip at half the size, through the same tokenizer. Differs: the paper takes the
     * latent of the stage before, in that stage's tokenizer.
     *
     * @param maxNoise highest noise level of the condition in training, on 0..1000; the paper does not give it
     */
    public record LowResolutionTraining(double maxNoise) {
        public LowResolutionTraining {
            if (!(maxNoise >= 0 && maxNoise < 1000)) {
                throw new ConfigException("lowResolution.maxNoise=" + maxNoise + " must lie in 0 to below 1000: at 1000 nothing is left of the condition");
            }
        }
    }

    /**
     * A part of a run.
     *
     * @param from samples seen when it begins; 0 for the first
     * @param clips samples that are stored for it
     * @param stills samples for batches of one latent frame, or null for the first frames of {@code clips}
     * @param lengths latent frames of a batch, one of these drawn for each; shorter ones begin where the sample begins. Needs rotary time
     *     when it is not the sample's own length alone. Differs: ours, it shows more pictures in the same time
     * @param levels which noise levels are trained
     * @param images share of the batch in which stacks of 1 + t images stand for a clip (W.A.L.T 3.2)
     * @param framePrediction share of clips of which some latents are given (p_fp of W.A.L.T 3.3)
     * @param masks which latents those are, one of these drawn for each; null for the first one or two frames, as in the paper
     */
    public record TrainingPhase(long from, Dataset clips, @Nullable Dataset stills, List<Integer> lengths, NoiseLevels levels, double images, double framePrediction,
            @Nullable List<GivenMask> masks) {
        /** With the paper's masks. */
        public TrainingPhase(long from, Dataset clips, @Nullable Dataset stills, List<Integer> lengths, NoiseLevels levels, double images, double framePrediction) {
            this(from, clips, stills, lengths, levels, images, framePrediction, null);
        }

        public TrainingPhase {
            lengths = List.copyOf(lengths);
            masks = masks == null ? null : List.copyOf(masks);
            if (masks != null && masks.isEmpty()) {
                throw new ConfigException("masks=[] gives nothing: name FIRST, LAST, ENDS or REGION, or leave it out");
            }
            if (framePrediction > 0 && lengths.stream().allMatch(l -> l == 1)) {
                throw new ConfigException("framePrediction=" + framePrediction + " needs a length of 2 latent frames or more, and lengths=" + lengths
                        + " leaves nothing to predict");
            }
            if (lengths.isEmpty() || lengths.stream().anyMatch(l -> l < 1)) {
                throw new ConfigException("lengths=" + lengths + " must hold positive numbers of latent frames");
            }
            if (from < 0) {
                throw new ConfigException("from=" + from + " must not be negative");
            }
            if (stills != null && stills.frames() != 1) {
                throw new ConfigException("stills.frames=" + stills.frames() + " must be 1");
            }
            share("images", images);
            share("framePrediction", framePrediction);
        }

        /** {@link #masks}, or the paper's. */
        List<GivenMask> givenMasks() {
            return masks == null ? List.of(GivenMask.FIRST) : masks;
        }
    }

    /** LOGIT_NORMAL: logistic of N(mean, std²), shifted toward noise. UNIFORM: every step alike (the paper). */
    public record NoiseLevels(Distribution kind, double mean, double std, double shift) {
        /** The families. */
        public enum Distribution {
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
        phases = List.copyOf(phases);
        for (int i = 1; i < phases.size(); i++) {
            if (phases.get(i).from <= phases.get(i - 1).from) {
                throw new ConfigException("phases must be in order: from=" + phases.get(i).from + " follows " + phases.get(i - 1).from);
            }
        }
        if (phases.isEmpty() || phases.getFirst().from != 0) {
            throw new ConfigException("phases must begin with one of from=0");
        }
        if (sampleFrames != null && sampleFrames < 1) {
            throw new ConfigException("sampleFrames=" + sampleFrames + " must be positive, or null for one clip a sample");
        }
        share("textDrop", textDrop);
        share("selfConditioning", selfConditioning);
        for (TrainingPhase phase : phases) {
            if (phase.framePrediction > 0 && !network.inputs().frameCondition()) {
                throw new ConfigException("framePrediction=" + phase.framePrediction + " needs network.frameCondition=true");
            }
        }
        if ((lowResolution != null) != network.inputs().lowResolution()) {
            throw new ConfigException(lowResolution == null
                    ? "network.lowResolution=true needs the setting lowResolution: {maxNoise: 400}, with which the condition is made"
                    : "lowResolution needs network.lowResolution=true");
        }
        if (selfConditioning > 0 && !network.inputs().selfConditioning()) {
            throw new ConfigException("selfConditioning=" + selfConditioning + " needs network.selfConditioning=true");
        }
    }

    /** All masks that some phase trains. */
    public List<GivenMask> givenMasks() {
        return phases.stream().filter(p -> p.framePrediction > 0).flatMap(p -> p.givenMasks().stream()).distinct().sorted().toList();
    }

    /** Number of the phase that sample {@code first} belongs to. */
    int phase(long first) {
        int at = 0;
        while (at + 1 < phases.size() && phases.get(at + 1).from <= first) {
            at++;
        }
        return at;
    }

    /** Clips of {@code frames} latent frames in a sample. */
    int clips(int frames) {
        return sampleFrames == null ? 1 : Math.max(1, sampleFrames / frames);
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new ConfigException(name + "=" + value + " must lie in [0, 1]");
        }
    }
}
