package org.praxino.train.dmd;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;
import org.praxino.train.Optimisation;
import org.praxino.train.student.Dataset;

/**
 * Settings of distribution matching distillation, except the model folder that it starts from.
 *
 * @param data clips with captions
 * @param input how the student's clips are sampled
 * @param levels of the student from now on, as {@code student.levels} of the first stage; null for those that it has
 * @param firstLevels the same for the block that begins a stream; null for {@code levels}, or with those null for what the student has
 * @param lengths latent frames of a batch that are scored, one of these drawn for each
 * @param longRollout roll-outs longer than a training clip, for ROLLOUT; null for none
 * @param score where teacher and critic are compared
 * @param critic how the critic learns
 * @param checkpointing whether passes of the critic and on stored clips are computed again layer by layer when their gradient is due, and
 *     roll-outs block by block: less memory, more time, the same gradients to rounding
 * @param optimisation schedule of the student, in its own clips
 */
public record DmdTraining(
        Dataset data, Input input, @Nullable List<Double> levels, @Nullable List<Double> firstLevels, List<Integer> lengths,
                @Nullable LongRollout longRollout,
        ScoreSettings score, CriticSettings critic, boolean checkpointing, Optimisation optimisation) {
    /**
     * REAL: stored clips, each block noised to a level of its own out of the student's and 0, in one pass (CausVid algorithm 1).
     * ROLLOUT: its own output, block by block from noise with a cache, as when streaming; one exit step drawn for all blocks, and a
     * gradient through that step only (Self-Forcing, algorithm 1).
     */
    public enum Input {
        REAL,
        ROLLOUT
    }

    /**
     * Roll-outs longer than any training clip, of which the teacher scores the last frames only, so that the student learns to continue
     * from its own output. The tokenizer encodes the first frame of a clip alone: the first scored frame is therefore decoded and encoded
     * again as a still, and gets no gradient (Self-Forcing, roll-outs longer than the teacher's clip).
     *
     * @param probability share of batches
     * @param contextFrames latent frames generated, as when streaming, before those that are scored
     */
    public record LongRollout(double probability, int contextFrames) {
        public LongRollout {
            if (!(probability > 0 && probability <= 1) || contextFrames < 1) {
                throw new ConfigException("longRollout: probability=" + probability + " must lie in (0, 1] and contextFrames=" + contextFrames
                        + " be positive");
            }
        }
    }

    /**
     * @param guidance of the teacher, w in {@code cond + w·(cond − uncond)}: one less than the usual classifier-free guidance weight
     * @param shift of the levels toward noise; one level is drawn for each clip
     * @param low share of noise below which levels are clamped
     * @param high share of noise above which levels are clamped
     */
    public record ScoreSettings(double guidance, double shift, double low, double high) {
        public ScoreSettings {
            if (!(guidance >= 0) || !(shift > 0) || !(low > 0 && low < high && high < 1)) {
                throw new ConfigException("score: guidance=" + guidance + " must not be negative, shift=" + shift
                        + " positive, and 0 < low=" + low + " < high=" + high + " < 1");
            }
        }
    }

    /**
     * @param ratio updates of the critic for each of the student
     * @param warmup updates of the critic before the student's first
     * @param reuse updates of the critic on the same clips, each at fresh levels and noise; 1 in the papers
     * @param learningRate AdamW
     * @param beta1 AdamW
     * @param beta2 AdamW
     * @param weightDecay AdamW, on matrices only
     * @param clip largest 2-norm of its gradient
     */
    public record CriticSettings(
            int ratio, int warmup, int reuse, double learningRate, double beta1, double beta2, double weightDecay, double clip) {
        public CriticSettings {
            if (ratio < 1 || warmup < 0 || reuse < 1 || !(learningRate > 0) || !(clip > 0)) {
                throw new ConfigException("critic: ratio=" + ratio + ", reuse=" + reuse + ", learningRate=" + learningRate + ", clip=" + clip
                        + " must be positive and warmup=" + warmup + " not negative");
            }
        }
    }

    public DmdTraining {
        levels = levels == null ? null : List.copyOf(levels);
        firstLevels = firstLevels == null ? null : List.copyOf(firstLevels);
        lengths = List.copyOf(lengths);
        if (lengths.isEmpty()) {
            throw new ConfigException("lengths=[] must hold at least one number of latent frames");
        }
        if (firstLevels != null && (levels == null || input == Input.REAL)) {
            throw new ConfigException("firstLevels=" + firstLevels + " is for input=ROLLOUT with levels beside it: set it to null, or give those");
        }
        if (longRollout != null && input == Input.REAL) {
            throw new ConfigException("longRollout is for input=ROLLOUT: stored clips do not continue; set it to null");
        }
        if (longRollout != null && lengths.contains(1)) {
            throw new ConfigException("lengths=" + lengths + " with longRollout: a single frame would get no gradient, take 2 or more");
        }
    }
}
