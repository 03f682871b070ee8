package org.praxino.train.eval;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.praxino.io.Sha256;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * Features of all real clips of a split, cached on disk: the files' name is a digest of the pixels, the clips, the network and the way
 * frames are chosen, so that a change of any of them makes another file.
 */
final class ReferenceFeatures implements AutoCloseable {
    /** Clips of one file: what an interruption may cost. */
    private static final int CLIPS_PER_FILE = 128;

    private final List<String> names;
    private final List<String> bases; // names with gender folded away
    private final List<SafetensorsFile> files;
    private final Tensor clips; // [G, 2·F], rows of length 1
    private final FeatureStatistics frames = new FeatureStatistics(MobileNetV2.FEATURES);
    private final FeatureStatistics differences = new FeatureStatistics(MobileNetV2.FEATURES);

    private ReferenceFeatures(List<String> names, List<String> bases, List<SafetensorsFile> files) {
        this.names = names;
        this.bases = bases;
        this.files = files;
        try (var guard = Grad.off();
                var scope = Scope.open("Gallery")) {
            List<Tensor> rows = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                try (var inner = Scope.open("clip")) {
                    Tensor f = frames(i);
                    frames.add(f);
                    differences.add(ClipFeatures.differences(f));
                    rows.add(inner.keep(ClipFeatures.ofClip(f)));
                }
            }
            clips = Tensor.stack(rows, 0).own();
        }
    }

    /**
     * Reads the features of {@code real} from {@code cache}, or computes them and writes them there.
     *
     * @param length frames of a clip
     * @param stride distance of the sampled frames
     */
    static ReferenceFeatures open(RealClips real, int length, int stride, MobileNetV2 network, Path cache, Progress progress) {
        if (real.clips().isEmpty()) {
            throw new UserException(real.store().folder() + " has no moving clip in the split " + real.split() + " to compare with.");
        }
        List<String> names = real.clips().stream().map(c -> c.info().name()).toList();
        String digest = digest(real, length, stride).substring(0, 16);
        List<SafetensorsFile> files = new ArrayList<>();
        try {
            for (int from = 0; from < names.size(); from += CLIPS_PER_FILE) {
                Path path = cache.resolve("features-%s-%05d.safetensors".formatted(digest, from));
                if (!Files.exists(path)) {
                    compute(real, from, length, stride, network, path, progress);
                }
                files.add(SafetensorsFile.open(path));
            }
            return new ReferenceFeatures(names, real.clips().stream().map(c -> c.info().base()).toList(), files);
        } catch (RuntimeException e) {
            files.forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static String digest(RealClips real, int length, int stride) {
        List<String> files = real.clips().stream().map(c -> c.entry().file()).toList();
        return Sha256.ofText(String.join("\n", real.store().info().digest(), NsfwjsWeights.ID, NsfwjsWeights.Network.MOBILENET_V2_MID.content(),
                length + " frames, every " + stride, String.join("\n", files)));
    }

    private static void compute(
            RealClips real, int from, int length, int stride, MobileNetV2 network, Path path, Progress progress) {
        int to = Math.min(from + CLIPS_PER_FILE, real.clips().size());
        try (var guard = Grad.off();
                var scope = Scope.open("Gallery.compute")) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            for (int i = from; i < to; i++) {
                try (var inner = Scope.open("clip")) {
                    Tensor features = ClipFeatures.ofFrames(network, real.video(real.clips().get(i), 0, length), stride);
                    all.put(key(i), inner.keep(features));
                }
                progress.update(i + 1, real.clips().size(), "real clips analysed");
            }
            SafetensorsWriter.to(path)
                    .metadata(Map.of("network", NsfwjsWeights.ID, "data", real.store().info().digest()))
                    .write(all);
        }
    }

    private static String key(int clip) {
        return "clip.%06d".formatted(clip);
    }

    /** Features of the sampled frames of clip {@code i}. @return [T, F] */
    Tensor frames(int i) {
        return files.get(i / CLIPS_PER_FILE).read(key(i));
    }

    List<String> names() {
        return names;
    }

    List<String> bases() {
        return bases;
    }

    FeatureStatistics frameStatistics() {
        return frames;
    }

    FeatureStatistics differenceStatistics() {
        return differences;
    }

    /**
     * Cosine similarity to the nearest clip of {@code base}, minus that to the nearest of another.
     *
     * @param clip [2·F] of {@link ClipFeatures#ofClip}
     * @param base a name with gender folded away; NaN when there is no clip of it, or none of another
     */
    double margin(Tensor clip, String base) {
        try (var scope = Scope.open("margin")) {
            float[] cosines = clips.matmul(clip.unsqueeze(1)).squeeze(1).toFloatArray(); // [G]
            double own = Double.NaN;
            double other = Double.NaN;
            for (int i = 0; i < cosines.length; i++) {
                if (bases.get(i).equals(base)) {
                    own = Double.isNaN(own) ? cosines[i] : Math.max(own, cosines[i]);
                } else {
                    other = Double.isNaN(other) ? cosines[i] : Math.max(other, cosines[i]);
                }
            }
            return own - other;
        }
    }

    /** The {@code k} clips that are most alike, the nearest first. @param clip [2·F] of {@link ClipFeatures#ofClip} */
    int[] nearest(Tensor clip, int k) {
        try (var scope = Scope.open("nearest")) {
            Tensor cosines = clips.matmul(clip.unsqueeze(1)).squeeze(1); // [G]
            long[] order = cosines.topK(Math.min(k, names.size())).get(1).toLongArray();
            return java.util.Arrays.stream(order).mapToInt(Math::toIntExact).toArray();
        }
    }

    @Override
    public void close() {
        clips.close();
        frames.close();
        differences.close();
        files.forEach(SafetensorsFile::close);
    }
}
