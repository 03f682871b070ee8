package org.praxino.train.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.stream.WaltComponents;
import org.praxino.stream.WaltDenoiserFile;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.text.MiniLmEncoder;
import org.praxino.text.TextStateCache;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.CaptionLimit;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.compose.ClipComposer;
import org.praxino.train.walt.WaltObjective;
import org.praxino.walt.CodecConfig;

/** Trains a W.A.L.T transformer on a tokenizer's latents and exports a whole model folder, {@code RUN/model}. */
final class WaltRunner {
    /** Stream of the data set that is stored; another one than the tokenizer's. */
    static final long DATA_SEED = 2026;

    private WaltRunner() {}

    /** @param started receives the loop before it runs, so that it can be stopped */
    static TrainLoop.End run(WaltRun config, Device device, Progress progress, Consumer<TrainLoop> started) {
        var training = config.training();
        Path data = Path.of(config.data());
        ModelFolder codecFolder = StageStart.open(Path.of(config.codec())).model();
        // Every folder is opened before minutes of encoding, so that a wrong name is told at once.
        StageStart start = config.start() == null ? null : StageStart.open(Path.of(config.start()));
        boolean moments = Boolean.TRUE.equals(config.moments());
        if (moments && (start == null || start.checkpoint() == null)) {
            throw new ConfigException("moments=true needs start to be the folder of a run, whose checkpoint has them, not " + config.start());
        }
        CodecConfig codecConfig = codecFolder.config(ModelFolder.CODEC, CodecConfig.class);
        DType fast = device.fastDType();
        try (var weights = start == null ? null : start.weights(ModelFolder.DENOISER);
                var store = ClipStore.open(data)) {
            var requirements = new WaltRequirements(training, data, store, codecFolder.path(), codecConfig);
            requirements.check();
            if (weights != null) {
                requirements.checkStart(Path.of(Objects.requireNonNull(config.start())), weights);
            }
            boolean text = training.network().text().dim() > 0;
            if (text && training.phases().stream().anyMatch(p -> p.clips().composition().settings().whole())) {
                try (var limit = new CaptionLimit()) {
                    limit.requireFits(store);
                }
            }
            RunFolder folder = RunFolder.open(Path.of(config.run()), training, parents(codecFolder, start));
            try (var codec = WaltComponents.codec(codecFolder, device, fast);
                    var encoder = text ? MiniLmEncoder.open(device, DType.F32) : null;
                    var texts = encoder == null ? null : TextStateCache.open(data.resolve("text"), encoder, DType.F16);
                    var latents = new RunLatents(store, codecFolder, codec, training.lowResolution() != null, device, progress)) {
                List<WaltObjective.Stores> stores = training.phases().stream().map(phase -> {
                    WaltObjective.Latents clips = latents.of(phase.clips());
                    return new WaltObjective.Stores(clips, phase.stills() == null ? clips : latents.of(phase.stills()));
                }).toList();
                folder.requireSameData(WaltObjective.digest(stores));
                if (texts != null) {
                    texts.fill(latents.captions(), progress);
                }
                List<String> classes = training.network().classes() > 0 ? store.info().classes() : List.of();
                try (var objective = new WaltObjective(training, weights, stores, texts, classes, codec, device)) {
                    var loop = new TrainLoop(training.optimisation(), objective, folder, config.intervals(), device);
                    if (moments) {
                        loop.continueFrom(Objects.requireNonNull(Objects.requireNonNull(start).checkpoint()));
                    }
                    started.accept(loop);
                    TrainLoop.End end = loop.run();
                    ClipSource source = ClipComposer.of(store, training.phases().getLast().clips().composition().settings());
                    export(config, folder, codecFolder, start, source, classes, loop.samples());
                    return end;
                }
            }
        } catch (IOException e) {
            throw new UserException("Cannot read the data in " + data + ": " + e.getMessage() + ".", e);
        }
    }

    private static List<String> parents(ModelFolder codec, @Nullable StageStart start) {
        return start == null ? List.of(codec.info().hash()) : List.of(codec.info().hash(), start.model().info().hash());
    }

    /** Writes codec, averaged transformer weights and the name of the text encoder as one model folder, in bf16. */
    static ModelFolder export(
            WaltRun config, RunFolder folder, ModelFolder codecFolder, @Nullable StageStart start, ClipSource source, List<String> classes, long samples) {
        var saved = folder.latest().orElseThrow(() -> new UserException(folder.path() + " holds no checkpoint yet."));
        var training = config.training();
        try (var denoiser = saved.ema();
                var codec = codecFolder.weights(ModelFolder.CODEC)) {
            var size = new ModelInfo.ClipSize(source.width(), source.height(), training.phases().getLast().clips().frames(), source.fps());
            var parts = new ArrayList<>(List.of(
                    WaltComponents.codec(codecFolder.config(ModelFolder.CODEC, CodecConfig.class), codec, DType.BF16),
                    WaltComponents.denoiser(new WaltDenoiserFile(training.network(), training.process(), classes, training.givenMasks()), denoiser, DType.BF16)));
            if (training.network().text().dim() > 0) {
                parts.add(WaltComponents.miniLm());
            }
            return ModelFolder.save(
                    folder.path().resolve("model"),
                    ModelInfo.of(config.name(), "walt", size, null, config.licence(),
                            Provenance.now(training, source.digest(), samples, parents(codecFolder, start))),
                    parts);
        }
    }
}
