package org.praxino.train.run;

import org.jspecify.annotations.Nullable;
import org.praxino.train.TrainLoop.Intervals;
import org.praxino.train.walt.WaltTraining;

/**
 * Configuration file of {@code praxino train walt}.
 *
 * @param name of the model that is made
 * @param licence of its weights
 * @param run folder of the run
 * @param data folder of prepared data
 * @param codec model folder with the tokenizer
 * @param start model folder whose transformer this run continues from, wherever names and shapes fit, or null to begin from random weights
 * @param intervals of checkpoints, sample sheets and log lines
 * @param training settings that determine the weights
 */
public record WaltRun(
        String name, String licence, String run, String data, String codec, @Nullable String start, Intervals intervals, WaltTraining training) implements TrainingRun {}
