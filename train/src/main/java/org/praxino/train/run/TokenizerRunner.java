package org.praxino.train.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.stream.Components;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.Composer;
import org.praxino.train.data.Composing;
import org.praxino.train.data.Curriculum;
import org.praxino.train.tokenizer.TokenizerObjective;
import org.praxino.train.tokenizer.TokenizerTraining;
import org.praxino.walt.WaltCodec;

/** Trains a tokenizer and exports it as a model folder, {@code RUN/model}. */
public final class TokenizerRunner {
    /** Clips over which the latent statistics are measured. */
    private static final int STATISTICS = 48;

    private TokenizerRunner() {}

    /** @param started given the loop before it runs, so that it can be stopped */
    public static TrainLoop.End run(TokenizerRun config, Device device, Consumer<TrainLoop> started) {
        var training = config.training();
        try (var store = ClipStore.open(Path.of(config.data()))) {
            ClipSource train = Composer.of(store, training.composition().curriculum());
            ClipSource held = training.composition() == Composing.AS_IS
                    ? train
                    : Composer.of(store, Curriculum.plain().of(Curriculum.Draw.HELD_OUT));
            RunFolder folder = RunFolder.open(Path.of(config.run()), training);
            try (var start = config.start() == null ? null : ModelFolder.open(Path.of(config.start())).weights(ModelFolder.CODEC);
                    var objective = new TokenizerObjective(training, start, train, held, device)) {
                var loop = new TrainLoop(training.optimisation(), objective, folder, config.house(), device);
                started.accept(loop);
                TrainLoop.End end = loop.run();
                export(folder, training, train, loop.samples(), store.info().fps(), device);
                return end;
            }
        } catch (IOException e) {
            throw new UserException("Cannot read the data in " + config.data() + ": " + e.getMessage() + ".", e);
        }
    }

    /** Writes the averaged weights of the newest checkpoint, with their latent statistics, as a model folder. */
    public static ModelFolder export(
            RunFolder folder, TokenizerTraining training, ClipSource source, long samples, double fps, Device device) {
        var saved = folder.latest().orElseThrow(() -> new UserException(folder.path() + " holds no checkpoint yet."));
        try (var guard = Grad.off();
                var scope = Scope.open("export");
                var weights = saved.ema();
                var codec = new WaltCodec(training.codec(), Params.load(weights, device, DType.F32, saved.path().toString()))) {
            codec.measureStatistics(IntStream.range(0, STATISTICS).mapToObj(i -> {
                var s = source.sample(training.optimisation().seed() + 2, i, training.frames());
                return codec.encodeRaw(Tensor.of(s.rgb(), 1, s.frames(), s.height(), s.width(), 3)
                        .to(device).to(DType.F32).div(127.5).sub(1).permute(0, 4, 1, 2, 3));
            })::iterator);
            var size = new ModelInfo.Size(source.width(), source.height(), training.frames(), fps);
            return ModelFolder.save(
                    folder.path().resolve("model"),
                    ModelInfo.of("tokenizer", "walt-codec", size, null, "Apache-2.0",
                            Provenance.now(training, source.digest(), samples, List.of())),
                    List.of(Components.codec(training.codec(), new TensorMap(codec.params().all()), DType.F32)));
        }
    }
}
