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
    default TrainLoop.End train(Device device, Progress progress, Consumer<TrainLoop> started) {
        return switch (this) {
            case TokenizerRun r -> TokenizerRunner.run(r, device, started);
            case WaltRun r -> WaltRunner.run(r, device, progress, started);
            case CausalRun r -> CausalRunner.run(r, device, progress, started);
            case OdeRun r -> OdeRunner.run(r, device, progress, started);
            case DmdRun r -> DmdRunner.run(r, device, progress, started);
        };
    }

    /** What {@code --dry-run} prints: the resolved configuration, with memory and time where they are estimated. Opens model folders only. */
    default Object plan(Device device) {
        return switch (this) {
            case TokenizerRun r -> r;
            case WaltRun r -> r;
            case CausalRun r -> CausalRunner.plan(r, device);
            case OdeRun r -> OdeRunner.plan(r, device);
            case DmdRun r -> DmdRunner.plan(r, device);
        };
    }
}
