package org.praxino.train.run;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;
import org.praxino.train.TrainLoop.Intervals;
import org.praxino.train.tokenizer.TokenizerTraining;

/**
 * Configuration file of {@code praxino train tokenizer}.
 *
 * @param run folder of the run
 * @param start model folder whose tokenizer this run continues from, or null to begin from random weights
 * @param data folder of prepared data
 * @param intervals of checkpoints, sample sheets and log lines
 * @param training settings that determine the weights
 */
public record TokenizerRun(String run, @Nullable String start, String data, Intervals intervals, TokenizerTraining training) implements TrainingRun {
    public TokenizerRun {
        if (training.freezeEncoder() && start == null) {
            throw new ConfigException("freezeEncoder=true needs start: the model folder whose encoder is kept");
        }
    }
}
