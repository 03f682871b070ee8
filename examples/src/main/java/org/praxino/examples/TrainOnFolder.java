package org.praxino.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.praxino.io.model.ModelFolder;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.train.Optimisation;
import org.praxino.train.TrainLoop.Intervals;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.data.folder.FolderDataset;
import org.praxino.train.run.TokenizerRun;
import org.praxino.train.tokenizer.TokenizerLosses;
import org.praxino.train.tokenizer.TokenizerTraining;
import org.praxino.walt.CodecConfig;

/**
 * Trains a small tokenizer on a folder of clips with captions ({@code clip.txt} beside {@code clip.mp4}): {@code TrainOnFolder CLIPS OUT}.
 * Run again, it continues where it stopped; the model is in {@code OUT/run/model}.
 */
final class TrainOnFolder {
    private TrainOnFolder() {}

    static void main(String[] args) throws IOException {
        IO.println(train(Path.of(args[0]), Path.of(args[1]), 64, 20_000).path());
    }

    /** @param size side of the frames, in pixels */
    static ModelFolder train(Path clips, Path out, int size, long samples) throws IOException {
        Path data = out.resolve("data");
        FolderDataset.prepare(clips, data, FolderDataset.Options.of(size, 8), Progress.SILENT);
        var codec = new CodecConfig(2, List.of(16, 32), List.of(true), List.of(1, 3), 1, 1, 1, 1, 8, false, CodecConfig.Norm.LAYER, false,
                CodecConfig.Padding.FIRST_FRAME, true);
        var losses = new TokenizerLosses(1, 1, 1, 1, 1e-3, 0, 0.05);
        var optimisation = new Optimisation(samples, 2, 1, 1e-3, samples / 10, 0, 0.9, 0.99, 0, 1, 0.99, 1, "auto", null);
        var training = new TokenizerTraining(codec, 5, 0, 1, 0, false, CompositionPreset.AS_IS, losses, null, null, null, optimisation);
        Path run = out.resolve("run");
        new TokenizerRun(run.toString(), null, data.toString(), new Intervals(5, 2, 10, 20), training)
                .train(Device.CPU, Progress.SILENT, loop -> {});
        return ModelFolder.open(run.resolve("model"));
    }
}
