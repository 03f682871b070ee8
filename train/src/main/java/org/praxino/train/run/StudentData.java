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
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.Composer;
import org.praxino.train.latent.LatentStore;
import org.praxino.train.student.Dataset;
import org.praxino.train.student.StoredClips;
import org.praxino.train.student.Unwanted;

/** What every stage of a student reads: stored clips with captions (made where they are missing), and the teacher's tokenizer for sheets. */
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
    StudentData(Path data, Base tokenizer, Base teacher, Dataset dataset, Device device, Progress progress) {
        this.data = data;
        this.device = device;
        try {
            ClipStore store = own(ClipStore.open(data));
            var encoder = own(teacher.text(device));
            texts = own(TextStateCache.open(data.resolve(teacher.textFolder()), encoder, DType.F16));
            negative = teacher.negative();
            codec = own(teacher.codec(device));
            ClipSource source = Composer.of(store, dataset.composition().curriculum());
            var key = new LatentStore.Key(source.digest(), tokenizer.codecHash(), WaltRunner.DATA_SEED, dataset.frames());
            try (var encoding = tokenizer.codec(device)) {
                encoding.latentFrames(dataset.frames());
                latents = own(LatentStore.open(data.resolve("latents"), key, dataset.latents(), source, encoding, device, progress));
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

    private <T extends AutoCloseable> T own(T one) {
        owned.push(one);
        return one;
    }

    /** The clips, cut to these lengths. */
    StoredClips clips(List<Integer> lengths) {
        return new StoredClips(latents, texts, lengths, device);
    }

    /** What guidance leads away from. @param clips of these data */
    Unwanted unwanted(StoredClips clips) {
        return negative == null ? Unwanted.NOTHING : new Unwanted(negative, clips::text);
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
