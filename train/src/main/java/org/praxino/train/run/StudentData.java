package org.praxino.train.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.praxino.codec.VideoCodec;
import org.praxino.io.model.ModelFolder;
import org.praxino.stream.Components;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.text.MiniLm;
import org.praxino.text.TextStateCache;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.Composer;
import org.praxino.train.latent.LatentStore;
import org.praxino.train.student.Dataset;
import org.praxino.train.student.StoredClips;

/** What every stage of a student reads: stored clips with captions (made where they are missing), and the teacher's tokenizer for sheets. */
final class StudentData implements AutoCloseable {
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Path data;
    private final LatentStore latents;
    private final TextStateCache texts;
    private final VideoCodec codec;
    private final Device device;

    /**
     * @param data folder of prepared data
     * @param tokenizer model folder whose tokenizer the teacher's clips were stored with
     * @param teacher its tokenizer is used for sheets
     */
    StudentData(Path data, ModelFolder tokenizer, ModelFolder teacher, Dataset dataset, Device device, Progress progress) {
        this.data = data;
        this.device = device;
        try {
            ClipStore store = own(ClipStore.open(data));
            var encoder = own(MiniLm.open(device, DType.F32));
            texts = own(TextStateCache.open(data.resolve("text"), encoder, DType.F16));
            codec = own(Components.codec(teacher, device, device.fastDType()));
            ClipSource source = Composer.of(store, dataset.composition().curriculum());
            var key = new LatentStore.Key(source.digest(), tokenizer.info().hash(), WaltRunner.DATA_SEED, dataset.frames());
            try (var encoding = Components.codec(tokenizer, device, device.fastDType())) {
                encoding.config().latentFrames(dataset.frames());
                latents = own(LatentStore.open(data.resolve("latents"), key, dataset.latents(), source, encoding, device, progress));
            }
            texts.fill(IntStream.range(0, latents.size()).mapToObj(i -> latents.caption(i).caption()).distinct().toList(), progress);
        } catch (IOException e) {
            close();
            throw new UserException("Cannot read the data in " + data + ": " + e.getMessage() + ".", e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T own(T one) {
        owned.push(one);
        return one;
    }

    /** The clips, cut to these lengths. */
    StoredClips clips(List<Integer> lengths) {
        return new StoredClips(latents, texts, lengths, device);
    }

    VideoCodec codec() {
        return codec;
    }

    /** Where paths are stored, beside latents and text. */
    Path paths() {
        return data.resolve("paths");
    }

    @Override
    public void close() {
        for (AutoCloseable one : owned) {
            try {
                one.close();
            } catch (Exception e) {
                throw e instanceof RuntimeException r ? r : new IllegalStateException(e);
            }
        }
        owned.clear();
    }
}
