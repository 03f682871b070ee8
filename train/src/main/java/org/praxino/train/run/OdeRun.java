package org.praxino.train.run;

import org.jspecify.annotations.Nullable;
import org.praxino.train.TrainLoop.Intervals;
import org.praxino.train.ode.OdeTraining;

/**
 * Configuration file of {@code praxino train ode}.
 *
 * @param run folder of the run
 * @param teacher model folder whose transformer generates the trajectories and initialises the student
 * @param causal model folder that {@code praxino train causal} made: then its student does both; or null
 * @param data folder of prepared data
 * @param codec model folder with the tokenizer of the teacher's run, under which the clips are stored
 * @param intervals of checkpoints, sample sheets and log lines
 * @param training settings that determine the weights
 */
public record OdeRun(
        String run, String teacher, @Nullable String causal, String data, String codec, Intervals intervals, OdeTraining training) implements TrainingRun {}
