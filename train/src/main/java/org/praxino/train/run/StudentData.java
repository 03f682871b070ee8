package org.praxino.train.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.text.OnDemandTextEncoder;
import org.praxino.text.TextStateCache;
import org.praxino.train.data.ClipComposer;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.ClipStore;
import org.praxino.train.latent.LatentStore;
import org.praxino.train.student.Dataset;
import org.praxino.train.student.NegativePrompt;
import org.praxino.train.student.StoredClips;

/** Data of all student stages: stored clips with captions, created if missing, and the teacher's tokenizer for sample sheets. */
final class StudentData implements AutoCloseable {
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Path data;
    private final LatentStore latents;
    private final TextStateCache texts;
    private final VideoCodec codec;
    private final Device device;
    private final @Nullable String negative;

    /**
     * @param data folder of prepared data
     * @param tokenizer model whose tokenizer the teacher's clips were stored with
     * @param teacher its tokenizer is used for sheets
     */
    StudentData(Path data, BaseModel tokenizer, BaseModel teacher, Dataset dataset, Device device, Progress progress) {
        this.data = data;
        this.device = device;
        try {
            ClipStore store = closing(ClipStore.open(data));
            var encoder = closing(teacher.textEncoder(device));
            texts = closing(TextStateCache.open(data.resolve(teacher.textCacheFolder()), encoder, DType.F16));
            negative = teacher.negative();
            codec = closing(teacher.codec(device));
            ClipSource source = ClipComposer.of(store, dataset.composition().settings());
            var key = new LatentStore.Key(source.digest(), tokenizer.tokenizerHash(), WaltRunner.DATA_SEED, dataset.frames());
            try (var encoding = tokenizer.codec(device)) {
                encoding.latentFrames(dataset.frames());
                latents = closing(LatentStore.open(data.resolve("latents"), key, dataset.latents(), source, encoding, device, progress));
            }
            var captions = IntStream.range(0, latents.size()).mapToObj(i -> latents.caption(i).caption());
            texts.fill(Stream.concat(captions, Stream.ofNullable(negative)).distinct().toList(), progress);
            if (encoder instanceof OnDemandTextEncoder large) {
                large.close(); // gigabytes, and all prompts are known
            }
        } catch (IOException e) {
            close();
            throw new UserException("Cannot read the data in " + data + ": " + e.getMessage() + ".", e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T closing(T one) {
        owned.push(one);
        return one;
    }

    /** The clips, cut to these lengths. */
    StoredClips clips(List<Integer> lengths) {
        return new StoredClips(latents, texts, lengths, device);
    }

    /** What guidance leads away from. @param clips of these data */
    NegativePrompt negativePrompt(StoredClips clips) {
        return negative == null ? NegativePrompt.NONE : new NegativePrompt(negative, clips::text);
    }

    VideoCodec codec() {
        return codec;
    }

    /** Where paths are stored, beside latents and text. */
    Path trajectoryFolder() {
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
