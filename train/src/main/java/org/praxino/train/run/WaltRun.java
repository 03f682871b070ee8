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
 * @param start model folder, or folder of a run with fp32 weights, whose transformer this run goes on from, wherever names and shapes fit, or null to
 *     begin anew
 * @param moments whether the optimiser's moments and the averages of the run in {@code start} go on too; null for no. The network must be the same
 * @param intervals of checkpoints, sample sheets and log lines
 * @param training settings that determine the weights
 */
public record WaltRun(
        String name, String licence, String run, String data, String codec, @Nullable String start,
        @Nullable Boolean moments, Intervals intervals, WaltTraining training) implements TrainingRun {
    /** Without the moments of an earlier run. */
    public WaltRun(
            String name, String licence, String run, String data, String codec, @Nullable String start, Intervals intervals, WaltTraining training) {
        this(name, licence, run, data, codec, start, null, intervals, training);
    }
}
