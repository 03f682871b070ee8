package org.praxino.train.run;

import org.praxino.train.TrainLoop.Intervals;
import org.praxino.train.causal.CausalTraining;

/**
 * Configuration file of {@code praxino train causal}.
 *
 * @param run folder of the run
 * @param teacher model folder whose transformer's weights it starts from
 * @param data folder of prepared data
 * @param codec model folder with the tokenizer of the teacher's run, under which the clips are stored
 * @param intervals of checkpoints, sample sheets and log lines
 * @param training settings that determine the weights
 */
public record CausalRun(String run, String teacher, String data, String codec, Intervals intervals, CausalTraining training) implements TrainingRun {}
