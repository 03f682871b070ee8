package org.praxino.train.run;

import java.util.function.Consumer;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.train.TrainLoop;

/** The configuration file of a {@code praxino train} command. */
public sealed interface TrainingRun permits TokenizerRun, WaltRun, CausalRun, OdeRun, DmdRun {
    /** Folder of the run. */
    String run();

    /** Folder of prepared data. */
    String data();

    /**
     * Trains from the newest checkpoint, or from the beginning, and exports the model folder {@code RUN/model}.
     *
     * @param progress of the preparation: encoding, trajectories
     * @param started receives the loop before it runs, so that it can be stopped
     */
    TrainLoop.End train(Device device, Progress progress, Consumer<TrainLoop> started);

    /** What {@code --dry-run} prints: the resolved configuration, with memory and time where they are estimated. Opens model folders only. */
    default Object plan(Device device) {
        return this;
    }
}
