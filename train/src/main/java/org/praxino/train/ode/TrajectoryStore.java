package org.praxino.train.ode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.student.StoredClips;

/**
 * Stores ODE trajectories on disk in half precision, in atomically written parts verified by hash. All clips of a part have one length;
 * parts cycle through the lengths. Prompts cycle through the captions of the stored clips.
 */
public final class TrajectoryStore implements AutoCloseable {
    /**
     * What determines a store.
     *
     * @param source digest of {@link TrajectorySource}
     * @param prompts digest of the clips whose captions are asked for
     * @param lengths latent frames of a part, in turn
     * @param seed of the noise
     */
    public record Key(String source, String prompts, List<Integer> lengths, long seed) {}

    private record Part(String sha256, List<String> captions) {}

    /** Trajectories of a part, sampled in one batch. */
    public static final int PART = 8;

    private static final String NAME = "paths";

    private final List<SafetensorsFile> files;
    private final List<List<String>> captions;
    private final String digest;

    private TrajectoryStore(String digest, List<SafetensorsFile> files, List<List<String>> captions) {
        this.digest = digest;
        this.files = files;
        this.captions = captions;
    }

    /**
     * Opens the store of {@code key} under {@code root}, sampling what is missing of {@code count} trajectories (rounded up to whole
     * parts). What an interrupted call finished stays.
     */
    public static TrajectoryStore open(Path root, Key key, int count, TrajectorySource source, StoredClips clips, Progress progress) {
        Path folder = root.resolve(Sha256.ofText(Json.line(key)).substring(0, 16));
        AtomicFiles.writeString(folder.resolve("key.json"), Json.pretty(key) + "\n");
        var files = new ArrayList<SafetensorsFile>();
        var captions = new ArrayList<List<String>>();
        try {
            for (int part = 0; part * PART < count; part++) {
                Path paths = folder.resolve("%06d.safetensors".formatted(part));
                Path about = folder.resolve("%06d.json".formatted(part));
                if (!whole(paths, about)) {
                    sample(paths, about, part, key, source, clips);
                }
                captions.add(Json.read(about, Part.class).captions);
                files.add(SafetensorsFile.open(paths));
                progress.update(Math.min(count, (part + 1) * PART), count, "paths");
            }
        } catch (RuntimeException | Error e) {
            files.forEach(SafetensorsFile::close);
            throw e;
        }
        return new TrajectoryStore(Sha256.ofText(Json.line(key) + count), files, captions);
    }

    private static boolean whole(Path paths, Path about) {
        return Files.exists(paths) && Files.exists(about) && Json.read(about, Part.class).sha256.equals(Sha256.ofFile(paths));
    }

    private static void sample(Path paths, Path about, int part, Key key, TrajectorySource source, StoredClips clips) {
        try (var scope = Scope.open("path part")) {
            List<String> captions =
                    IntStream.range(part * PART, (part + 1) * PART).mapToObj(i -> clips.caption(i % clips.size())).toList();
            long[] s = clips.shape(key.lengths.get(part % key.lengths.size()));
            Tensor noise = RandomStream.of(key.seed, "path", part).normal(PART, s[0], s[1], s[2], s[3]).to(clips.device());
            Tensor walked = source.sample(noise, clips.text(captions)); // [PART, levels + 1, C, T, H, W]
            SafetensorsWriter.to(paths).write(Map.of(NAME, walked.to(Device.CPU).to(DType.F16).contiguous()));
            Json.write(about, new Part(Sha256.ofFile(paths), captions));
        }
    }

    /** @param trajectories [B, levels + 1, C, T, H, W] fp32 on the CPU @param captions of each */
    public record Batch(Tensor trajectories, List<String> captions) {}

    /**
     * {@code count} paths of one length, drawn from as many parts of that length as there are.
     *
     * @param length the length is drawn from it, so that passes of one update can be of one length
     * @param random everything else is drawn from it
     */
    public Batch draw(RandomStream length, RandomStream random, int count) {
        int first = length.nextInt(files.size());
        long frames = frames(first);
        int[] alike = IntStream.range(0, files.size()).filter(p -> frames(p) == frames).toArray();
        var rows = new ArrayList<Tensor>();
        var texts = new ArrayList<String>();
        for (int b = 0; b < count; b++) {
            int part = alike[random.nextInt(alike.length)];
            int row = random.nextInt(PART);
            rows.add(trajectory(part, row));
            texts.add(captions.get(part).get(row));
        }
        return new Batch(Tensor.stack(rows, 0), texts);
    }

    private long frames(int part) {
        return files.get(part).shape(NAME)[3];
    }

    /** [levels + 1, C, T, H, W] fp32. */
    private Tensor trajectory(int part, int row) {
        long[] s = files.get(part).shape(NAME);
        long bytes = 2 * s[1] * s[2] * s[3] * s[4] * s[5];
        var all = files.get(part).bytes(NAME);
        return Tensor.ofMemory(DType.F16, all.asSlice(bytes * row, bytes), s[1], s[2], s[3], s[4], s[5]).to(DType.F32);
    }

    /** Number of paths. */
    public int size() {
        return files.size() * PART;
    }

    /** Digest of everything that determines the contents. */
    public String digest() {
        return digest;
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
