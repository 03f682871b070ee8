package org.praxino.train.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.stream.WaltComponents;
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
import org.praxino.train.latent.LatentStore;
import org.praxino.train.student.Dataset;
import org.praxino.train.walt.WaltObjective;
import org.praxino.train.walt.WaltTraining;
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
        ModelFolder codecFolder = ModelFolder.open(Path.of(config.codec()));
        // Every folder is opened before minutes of encoding, so that a wrong name is reported at once.
        ModelFolder start = config.start() == null ? null : ModelFolder.open(Path.of(config.start()));
        DType fast = device.fastDType();
        try (var weights = start == null ? null : start.weights(ModelFolder.DENOISER);
                var store = ClipStore.open(data);
                var codec = WaltComponents.codec(codecFolder, device, fast);
                var encoder = MiniLmEncoder.open(device, DType.F32);
                var texts = TextStateCache.open(data.resolve("text"), encoder, DType.F16)) {
            requireFit(training, codec.config(), codecFolder.path());
            if (training.phases().stream().anyMatch(p -> p.clips().composition().settings().whole())) {
                try (var limit = new CaptionLimit()) {
                    limit.requireFits(store);
                }
            }
            RunFolder folder = RunFolder.open(Path.of(config.run()), training, parents(codecFolder, start));
            var opened = new LinkedHashMap<Dataset, LatentStore>(); // phases may share a store
            try {
                List<WaltObjective.Stores> stores = training.phases().stream().map(phase -> {
                    LatentStore clips = latents(opened, phase.clips(), store, codecFolder, codec, device, progress);
                    LatentStore stills = phase.stills() == null ? clips
                            : latents(opened, phase.stills(), store, codecFolder, codec, device, progress);
                    return new WaltObjective.Stores(clips, stills);
                }).toList();
                folder.requireSameData(WaltObjective.digest(stores));
                texts.fill(opened.values().stream().flatMap(l -> l.captions().stream()).map(LatentStore.Caption::caption).distinct()
                        .toList(), progress);
                try (var objective = new WaltObjective(training, weights, stores, texts, codec, device)) {
                    var loop = new TrainLoop(training.optimisation(), objective, folder, config.intervals(), device);
                    started.accept(loop);
                    TrainLoop.End end = loop.run();
                    ClipSource source = ClipComposer.of(store, training.phases().getLast().clips().composition().settings());
                    export(config, folder, codecFolder, start, source, loop.samples());
                    return end;
                }
            } finally {
                opened.values().forEach(LatentStore::close);
            }
        } catch (IOException e) {
            throw new UserException("Cannot read the data in " + data + ": " + e.getMessage() + ".", e);
        }
    }

    private static LatentStore latents(
            Map<Dataset, LatentStore> opened, Dataset data, ClipStore store, ModelFolder codecFolder, VideoCodec codec, Device device,
                    Progress progress) {
        LatentStore known = opened.get(data);
        if (known != null) {
            return known;
        }
        ClipSource source = ClipComposer.of(store, data.composition().settings());
        var key = new LatentStore.Key(source.digest(), TokenizerRunner.encoderHash(codecFolder), DATA_SEED, data.frames());
        LatentStore latents = LatentStore.open(store.folder().resolve("latents"), key, data.latents(), source, codec, device, progress);
        opened.put(data, latents);
        return latents;
    }

    private static void requireFit(WaltTraining training, CodecConfig codec, Path from) {
        if (training.network().tokens().latentChannels() != codec.latentChannels()) {
            throw new ConfigException("network.latentChannels=" + training.network().tokens().latentChannels() + " must be "
                    + codec.latentChannels() + " for the tokenizer in " + from);
        }
        for (WaltTraining.TrainingPhase phase : training.phases()) {
            int frames = codec.latentFrames(phase.clips().frames());
            if (phase.lengths().stream().anyMatch(l -> l > frames)) {
                throw new ConfigException("lengths=" + phase.lengths() + " goes beyond the " + frames + " latent frames of frames="
                        + phase.clips().frames());
            }
        }
    }

    private static List<String> parents(ModelFolder codec, @Nullable ModelFolder start) {
        return start == null ? List.of(codec.info().hash()) : List.of(codec.info().hash(), start.info().hash());
    }

    /** Writes codec, averaged transformer weights and the name of the text encoder as one model folder, in bf16. */
    static ModelFolder export(
            WaltRun config, RunFolder folder, ModelFolder codecFolder, @Nullable ModelFolder start, ClipSource source, long samples) {
        var saved = folder.latest().orElseThrow(() -> new UserException(folder.path() + " holds no checkpoint yet."));
        var training = config.training();
        try (var denoiser = saved.ema();
                var codec = codecFolder.weights(ModelFolder.CODEC)) {
            var size = new ModelInfo.ClipSize(source.width(), source.height(), training.phases().getLast().clips().frames(), source.fps());
            return ModelFolder.save(
                    folder.path().resolve("model"),
                    ModelInfo.of(config.name(), "walt", size, null, config.licence(),
                            Provenance.now(training, source.digest(), samples, parents(codecFolder, start))),
                    List.of(
                            WaltComponents.codec(
                                    codecFolder.config(ModelFolder.CODEC, CodecConfig.class), codec, DType.BF16),
                            WaltComponents.denoiser(training.network(), training.process(), denoiser, DType.BF16),
                            WaltComponents.miniLm()));
        }
    }
}
