package org.praxino.train.run;

import org.praxino.train.TrainLoop.Intervals;
import org.praxino.train.dmd.DmdTraining;

/**
 * Configuration file of {@code praxino train dmd}.
 *
 * @param run folder of the run
 * @param start model folder with the teacher and the student to continue from, as {@code praxino train ode} leaves it
 * @param data folder of prepared data
 * @param codec model folder with the tokenizer of the teacher's run, under which the clips are stored
 * @param intervals of checkpoints, sample sheets and log lines
 * @param training settings that determine the weights
 */
public record DmdRun(String run, String start, String data, String codec, Intervals intervals, DmdTraining training) implements TrainingRun {}
