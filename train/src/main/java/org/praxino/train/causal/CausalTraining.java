package org.praxino.train.causal;

import java.util.List;
import org.praxino.diffusion.StudentPlan;
import org.praxino.tensor.ConfigException;
import org.praxino.train.Optimisation;
import org.praxino.train.student.Dataset;
import org.praxino.train.walt.WaltTraining;

/**
 * Settings of teacher forcing, except the teacher that it starts from.
 *
 * @param student block length, attention window and sampling levels
 * @param data clips
 * @param lengths latent frames per batch, drawn at random
 * @param levels noise level distribution, one level per block
 * @param textDrop text dropout rate, for guidance
 * @param sheet how sheets are sampled
 * @param checkpointing activation checkpointing: less memory, a third more time, the same gradients
 * @param optimisation schedule
 */
public record CausalTraining(
        StudentPlan student, Dataset data, List<Integer> lengths, WaltTraining.NoiseLevels levels, double textDrop, Sheet sheet,
        boolean checkpointing, Optimisation optimisation) {
    /** @param steps of the sampler @param guidance classifier-free guidance weight, 1 for none */
    public record Sheet(int steps, double guidance) {
        public Sheet {
            if (steps < 1 || !(guidance >= 0)) {
                throw new ConfigException("sheet: steps=" + steps + " must be positive and guidance=" + guidance + " not negative");
            }
        }
    }

    public CausalTraining {
        lengths = List.copyOf(lengths);
        lengths.forEach(student::blocks);
        if (lengths.isEmpty()) {
            throw new ConfigException("lengths=[] must hold at least one number of latent frames");
        }
        if (!(textDrop >= 0 && textDrop <= 1)) {
            throw new ConfigException("textDrop=" + textDrop + " must lie in [0, 1]");
        }
    }
}
