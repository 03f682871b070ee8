package org.praxino.train.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.stream.WaltComponents;
import org.praxino.tensor.ConfigException;
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
import org.praxino.train.data.compose.ClipComposer;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.data.compose.CompositionSettings;
import org.praxino.train.tokenizer.TokenizerObjective;
import org.praxino.train.tokenizer.TokenizerTraining;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.WaltCodec;

/** Trains a tokenizer and exports it as a model folder, {@code RUN/model}. */
final class TokenizerRunner {
    /** Clips over which the latent statistics are measured. */
    private static final int STATISTICS = 48;

    private TokenizerRunner() {}

    /** @param started receives the loop before it runs, so that it can be stopped */
    static TrainLoop.End run(TokenizerRun config, Device device, Consumer<TrainLoop> started) {
        var training = config.training();
        try (var store = ClipStore.open(Path.of(config.data()))) {
            ClipSource train = ClipComposer.of(store, training.composition().settings());
            CompositionSettings shown = training.composition() == CompositionPreset.AS_IS ? CompositionSettings.asIs() : CompositionSettings.plain();
            ClipSource held = store.clips().stream().anyMatch(c -> c.heldOut() && !c.still())
                    ? ClipComposer.of(store, shown.withSplit(CompositionSettings.SplitFilter.HELD_OUT))
                    : train; // the sheet says so
            ModelFolder start = start(config);
            RunFolder folder = RunFolder.open(Path.of(config.run()), training, parents(start));
            folder.requireSameData(train.digest());
            try (var weights = start == null ? null : start.weights(ModelFolder.CODEC);
                    var objective = new TokenizerObjective(training, weights, train, held, device)) {
                var loop = new TrainLoop(training.optimisation(), objective, folder, config.intervals(), device);
                started.accept(loop);
                TrainLoop.End end = loop.run();
                export(folder, training, start, train, loop.samples(), store.info().fps(), device);
                return end;
            }
        } catch (IOException e) {
            throw new UserException("Cannot read the data in " + config.data() + ": " + e.getMessage() + ".", e);
        }
    }

    private static @Nullable ModelFolder start(TokenizerRun config) {
        if (config.start() == null) {
            return null;
        }
        ModelFolder start = ModelFolder.open(Path.of(config.start()));
        var training = config.training();
        if (training.freezeEncoder() && !training.codec().encodesLike(start.config(ModelFolder.CODEC, CodecConfig.class))) {
            throw new ConfigException("freezeEncoder=true needs the encoder of " + start.path() + ", but codec configures another one: only"
                    + " decoderBlocks, upKernelTime and adaptiveNorm may differ");
        }
        return start;
    }

    /**
     * Writes the averaged weights of the newest checkpoint as a model folder, with their latent statistics: measured, or those of the
     * start where the encoder is frozen.
     */
    static ModelFolder export(
            RunFolder folder, TokenizerTraining training, @Nullable ModelFolder start, ClipSource source, long samples, double fps,
            Device device) {
        var saved = folder.latest().orElseThrow(() -> new UserException(folder.path() + " holds no checkpoint yet."));
        try (var guard = Grad.off();
                var scope = Scope.open("export");
                var weights = saved.ema();
                var codec = new WaltCodec(training.codec(), Params.load(weights, device, DType.F32, saved.path().toString()))) {
            if (!training.freezeEncoder()) {
                measure(codec, training, source, device);
            }
            var size = new ModelInfo.ClipSize(source.width(), source.height(), training.frames(), fps);
            return ModelFolder.save(
                    folder.path().resolve("model"),
                    ModelInfo.of("tokenizer", "walt-codec", size, null, "Apache-2.0",
                            Provenance.now(training, source.digest(), samples, parents(start))),
                    List.of(WaltComponents.codec(training.codec(), new TensorMap(codec.params().all()), DType.F32)));
        }
    }

    private static List<String> parents(@Nullable ModelFolder start) {
        return start == null ? List.of() : List.of(start.info().hash());
    }

    private static void measure(WaltCodec codec, TokenizerTraining training, ClipSource source, Device device) {
        codec.measureStatistics(IntStream.range(0, STATISTICS).mapToObj(i -> {
            var s = source.sample(training.optimisation().seed() + 2, i, training.frames());
            return codec.encodeRaw(Tensor.of(s.rgb(), 1, s.frames(), s.height(), s.width(), 3)
                    .to(device).to(DType.F32).div(127.5).sub(1).permute(0, 4, 1, 2, 3));
        })::iterator);
    }

    /**
     * Hash of the model whose encoder a tokenizer has: its own, or that of the model it went on from with a frozen encoder, so that latents
     * already on disk are used again.
     */
    static String encoderHash(ModelFolder tokenizer) {
        var provenance = tokenizer.info().provenance();
        boolean frozen = provenance.config().path("freezeEncoder").asBoolean(false);
        return frozen && provenance.parents().size() == 1 ? provenance.parents().getFirst() : tokenizer.info().hash();
    }
}
