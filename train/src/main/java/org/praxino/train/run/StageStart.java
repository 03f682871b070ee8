package org.praxino.train.run;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.io.WeightFile;
import org.praxino.io.model.ModelFolder;
import org.praxino.tensor.UserException;
import org.praxino.train.RunFolder;

/**
 * What a stage goes on from: a model folder, whose weights are in bf16, or the folder of the run that made it, whose newest checkpoint has them in
 * fp32, with the optimiser's moments.
 *
 * @param model with shapes, process and hash
 * @param checkpoint of the run; null for a model folder
 */
record StageStart(ModelFolder model, RunFolder.@Nullable SavedCheckpoint checkpoint) {

    /** @throws UserException when there is no such folder, or a run has not come to its end */
    static StageStart open(Path path) {
        if (!Files.isDirectory(path.resolve("checkpoints"))) {
            return new StageStart(ModelFolder.open(path), null);
        }
        Path made = path.resolve("model");
        if (!Files.isDirectory(made)) {
            throw new UserException("run folder " + path + " has made no model yet: let its run come to an end first");
        }
        ModelFolder model = ModelFolder.open(made);
        var checkpoint = RunFolder.openExisting(path).latest()
                .orElseThrow(() -> new UserException("run folder " + path + " holds no checkpoint: name " + made + ", its model, instead"));
        long samples = model.info().provenance().samplesSeen();
        if (checkpoint.state().samples() != samples) {
            throw new UserException("run folder " + path + " has a checkpoint of " + checkpoint.state().samples() + " samples and a model of " + samples
                    + ": run it to its end, or name " + made + ", its model, instead");
        }
        return new StageStart(model, checkpoint);
    }

    /** Averaged weights of a component; the caller closes them. In fp32 if the run trained that component. */
    WeightFile weights(String component) {
        return checkpoint != null && component.equals(trained()) ? checkpoint.ema() : model.weights(component);
    }

    /** The component that the run trained: a stage that makes a student leaves the teacher as it was. */
    private String trained() {
        return model.has(ModelFolder.STUDENT) ? ModelFolder.STUDENT : model.has(ModelFolder.DENOISER) ? ModelFolder.DENOISER : ModelFolder.CODEC;
    }
}
