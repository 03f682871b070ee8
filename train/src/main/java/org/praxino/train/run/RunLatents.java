package org.praxino.train.run;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.praxino.codec.VideoCodec;
import org.praxino.io.model.ModelFolder;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.HalvedClipSource;
import org.praxino.train.data.compose.ClipComposer;
import org.praxino.train.latent.LatentStore;
import org.praxino.train.student.Dataset;
import org.praxino.train.walt.WaltObjective;

/** Latent stores of a run, which its phases may share; encoded where they are missing. */
final class RunLatents implements AutoCloseable {
    private final Map<Dataset, WaltObjective.Latents> opened = new LinkedHashMap<>();
    private final ClipStore store;
    private final ModelFolder tokenizer;
    private final VideoCodec codec;
    private final boolean pairs;
    private final Device device;
    private final Progress progress;

    /** @param pairs whether every sample is stored at half the size as well */
    RunLatents(ClipStore store, ModelFolder tokenizer, VideoCodec codec, boolean pairs, Device device, Progress progress) {
        this.store = store;
        this.tokenizer = tokenizer;
        this.codec = codec;
        this.pairs = pairs;
        this.device = device;
        this.progress = progress;
    }

    WaltObjective.Latents of(Dataset data) {
        WaltObjective.Latents known = opened.get(data);
        if (known != null) {
            return known;
        }
        ClipSource source = ClipComposer.of(store, data.composition().settings());
        LatentStore whole = open(source, data);
        var latents = new WaltObjective.Latents(whole, null);
        opened.put(data, latents); // before the other half is opened, which may fail: close() closes what is here
        if (pairs) {
            latents = new WaltObjective.Latents(whole, open(new HalvedClipSource(source), data));
            opened.put(data, latents);
        }
        return latents;
    }

    private LatentStore open(ClipSource source, Dataset data) {
        var key = new LatentStore.Key(source.digest(), TokenizerRunner.encoderHash(tokenizer), WaltRunner.DATA_SEED, data.frames());
        Path root = store.folder().resolve("latents");
        return LatentStore.open(root, key, data.latents(), source, codec, device, progress);
    }

    /** Of all samples, each once. */
    List<String> captions() {
        return opened.values().stream().flatMap(l -> l.store().captions().stream()).map(LatentStore.Caption::caption).distinct().toList();
    }

    @Override
    public void close() {
        opened.values().stream().flatMap(l -> Stream.concat(Stream.of(l.store()), Stream.ofNullable(l.low()))).forEach(LatentStore::close);
    }
}
