package org.praxino.train.ode;

import java.util.List;
import org.praxino.diffusion.StudentPlan;
import org.praxino.tensor.ConfigException;
import org.praxino.train.Optimisation;
import org.praxino.train.student.Dataset;

/**
 * Settings of ODE regression, except the model that generates the trajectories.
 *
 * @param student what is made
 * @param data clips whose captions are the prompts
 * @param trajectories which trajectories are generated and stored
 * @param context what a block sees of the blocks before it in training
 * @param cleanProbability for {@code NOISY}: share of blocks that are shown clean, as a stream's context is
 * @param checkpointing whether a pass's layers are computed again when their gradient is due: less memory, a third more time, the same
 *     gradient
 * @param optimisation schedule
 */
public record OdeTraining(StudentPlan student, Dataset data, Trajectories trajectories, Context context, double cleanProbability, boolean checkpointing,
        Optimisation optimisation) {
    /**
     * NOISY: the blocks before, each at a level of its own (CausVid eq. 6). CLEAN: the blocks as they end, as when streaming; each
     * update costs twice as much (Causal-Forcing).
     */
    public enum Context {
        NOISY,
        CLEAN
    }

    /**
     * @param count of trajectories
     * @param lengths latent frames of a trajectory, in turn; naming a length twice makes twice as many of it
     * @param steps of the sampler, beside the student's levels
     * @param guidance classifier-free guidance weight, 1 for none
     */
    public record Trajectories(int count, List<Integer> lengths, int steps, double guidance) {
        public Trajectories {
            lengths = List.copyOf(lengths);
            if (count < 1 || lengths.isEmpty() || steps < 1 || !(guidance >= 0)) {
                throw new ConfigException("trajectories: count=" + count + ", steps=" + steps + " must be positive, guidance=" + guidance
                        + " not negative, and lengths=" + lengths + " not empty");
            }
        }
    }

    public OdeTraining {
        if (student.firstLevels() != null) {
            throw new ConfigException("firstLevels=" + student.firstLevels() + " is for train dmd: here all blocks learn at the same levels");
        }
        if (!(cleanProbability >= 0 && cleanProbability < 1)) {
            throw new ConfigException("cleanProbability=" + cleanProbability + " must lie in [0, 1)");
        }
        if (context == Context.CLEAN && cleanProbability > 0) {
            throw new ConfigException("cleanProbability=" + cleanProbability + " is for context=NOISY: with context=CLEAN all context is clean, set it to 0");
        }
        trajectories.lengths.forEach(student::blocks);
    }
}
