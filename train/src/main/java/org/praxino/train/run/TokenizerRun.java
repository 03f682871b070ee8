package org.praxino.train.run;

import org.praxino.train.TrainLoop.Housekeeping;
import org.praxino.train.tokenizer.TokenizerTraining;

/**
 * Configuration file of {@code praxino train tokenizer}.
 *
 * @param run folder of the run
 * @param data folder of prepared data
 * @param house checkpoints, sheets and log
 * @param training what determines the weights
 */
public record TokenizerRun(String run, String data, Housekeeping house, TokenizerTraining training) {}
