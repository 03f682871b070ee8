package org.praxino.train.latent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.praxino.codec.VideoCodec;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.Sample;

/** Stores normalised latents and captions of the first N samples of a source, in atomically written parts. */
public final class LatentStore implements AutoCloseable {
    /**
     * What determines a store.
     *
     * @param source digest of data and composition
     * @param codec hash of the model whose encoder makes the latents
     * @param seed of the samples
     * @param frames video frames of a sample
     */
    public record Key(String source, String codec, long seed, int frames) {}

    /** What a sample shows. */
    public record Caption(String caption, String name, boolean heldOut) {}

    private record Part(String sha256, List<Caption> captions) {}

    private static final int PART = 128;
    /** Frames that are encoded in one pass: convolutions are several times faster on a batch of stills than on one. */
    private static final int FRAMES_AT_ONCE = 32;
    private static final String NAME = "latents";

    private final List<SafetensorsFile> files = new ArrayList<>();
    private final List<Caption> captions = new ArrayList<>();
    private final long[] shape; // [C, T', H', W']

    private final String digest;

    private LatentStore(Key key, List<SafetensorsFile> files, List<Caption> captions) {
        this.digest = Sha256.ofText(Json.line(key) + captions.size());
        this.files.addAll(files);
        this.captions.addAll(captions);
        long[] s = files.getFirst().shape(NAME);
        this.shape = new long[] {s[1], s[2], s[3], s[4]};
    }

    /**
     * Opens the store under {@code root} that {@code key} names, encoding what is missing of {@code count} samples, rounded up to whole
     * parts. What an interrupted call finished stays.
     */
    public static LatentStore open(
            Path root, Key key, int count, ClipSource source, VideoCodec codec, Device device, Progress progress) {
        Path folder = root.resolve(Sha256.ofText(Json.line(key)).substring(0, 16));
        AtomicFiles.writeString(folder.resolve("key.json"), Json.pretty(key) + "\n");
        var files = new ArrayList<SafetensorsFile>();
        var captions = new ArrayList<Caption>();
        int total = Math.ceilDiv(count, PART) * PART;
        for (int from = 0; from < total; from += PART) {
            Path latents = folder.resolve("%06d.safetensors".formatted(from));
            Path about = folder.resolve("%06d.json".formatted(from));
            if (!whole(latents, about)) {
                encode(latents, about, from, key, source, codec, device, progress, total);
            }
            captions.addAll(Json.read(about, Part.class).captions);
            files.add(SafetensorsFile.open(latents));
            progress.update(from + PART, total, "latents");
        }
        return new LatentStore(key, files, captions);
    }

    private static boolean whole(Path latents, Path about) {
        return Files.exists(latents)
                && Files.exists(about)
                && Json.read(about, Part.class).sha256.equals(Sha256.ofFile(latents));
    }

    private static void encode(
            Path latents, Path about, int from, Key key, ClipSource source, VideoCodec codec, Device device,
            Progress progress, int total) {
        try (var scope = Scope.open("latent part")) {
            var all = new ArrayList<Tensor>();
            var captions = new ArrayList<Caption>();
            int batch = Math.clamp(FRAMES_AT_ONCE / key.frames, 1, PART);
            for (int i = 0; i < PART; i += batch) {
                var samples = new ArrayList<Sample>();
                for (int j = i; j < Math.min(i + batch, PART); j++) {
                    samples.add(source.sample(key.seed, from + j, key.frames));
                }
                try (var inner = Scope.open("latent")) {
                    Tensor video = Tensor.stack(
                                    samples.stream().map(s -> Tensor.of(s.rgb(), s.frames(), s.height(), s.width(), 3)).toList(), 0)
                            .to(device)
                            .to(DType.F32)
                            .div(127.5)
                            .sub(1)
                            .permute(0, 4, 1, 2, 3); // [B, 3, T, H, W]
                    all.add(inner.keep(codec.encode(video).to(Device.CPU).to(DType.F16).contiguous()));
                }
                samples.forEach(s -> captions.add(new Caption(s.caption(), s.name(), s.heldOut())));
                progress.update(from + i + samples.size(), total, "latents");
            }
            SafetensorsWriter.to(latents).write(Map.of(NAME, Tensor.cat(all, 0)));
            Json.write(about, new Part(Sha256.ofFile(latents), captions));
        }
    }

    /** Digest of everything that determines the contents. */
    public String digest() {
        return digest;
    }

    public int size() {
        return captions.size();
    }

    /** [C, T', H', W'] of every sample. */
    public long[] shape() {
        return shape.clone();
    }

    /** Of all samples, in order. */
    public List<Caption> captions() {
        return List.copyOf(captions);
    }

    public Caption caption(int index) {
        return captions.get(index);
    }

    /** One sample, fp32 on the CPU: [C, T', H', W']. */
    public Tensor latent(int index) {
        return read(index).to(DType.F32);
    }

    /** The latent of a still, the first latent frame of a sample: [C, 1, H', W']. */
    public Tensor image(int index) {
        return read(index).narrow(1, 0, 1).to(DType.F32);
    }

    private Tensor read(int index) {
        if (index < 0 || index >= captions.size()) {
            throw new UserException("sample " + index + " is not one of the " + captions.size() + " stored");
        }
        long bytes = 2 * shape[0] * shape[1] * shape[2] * shape[3];
        var all = files.get(index / PART).bytes(NAME);
        return Tensor.ofMemory(DType.F16, all.asSlice(bytes * (index % PART), bytes), shape);
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
