package org.praxino.train.run;

import org.praxino.train.TrainLoop.Housekeeping;
import org.praxino.train.walt.WaltTraining;

/**
 * Configuration file of {@code praxino train walt}.
 *
 * @param name of the model that is made
 * @param licence of its weights
 * @param run folder of the run
 * @param data folder of prepared data
 * @param codec model folder with the tokenizer
 * @param house checkpoints, sheets and log
 * @param training what determines the weights
 */
public record WaltRun(
        String name, String licence, String run, String data, String codec, Housekeeping house, WaltTraining training) {}
