package org.praxino.io.model;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Sha256;

/**
 * The contents of {@code model.json}.
 *
 * @param format version of the layout
 * @param name as people type it: letters, digits, dots, dashes and underscores
 * @param kind the family of networks, for example {@code walt}
 * @param size what it makes
 * @param blockLength latent frames a streaming student makes at a time; null when the model does not stream
 * @param licence SPDX identifier or a sentence
 * @param provenance how the weights were made
 * @param components the parts and the checksums of their files
 * @param hash SHA-256 over the checksums of all files of all components: one number that says which weights these are
 */
public record ModelInfo(
        int format,
        String name,
        String kind,
        ClipSize size,
        @Nullable Integer blockLength,
        String licence,
        Provenance provenance,
        List<Component> components,
        String hash) {

    /** The layout this version writes and reads. */
    public static final int FORMAT = 1;

    /**
     * ClipSize, length and rate of a model's clips.
     *
     * @param width of a frame in pixels
     * @param height of a frame in pixels
     * @param frames of a clip
     * @param fps frames a second to play at
     */
    public record ClipSize(int width, int height, int frames, double fps) {
        public ClipSize {
            if (width < 1 || height < 1 || frames < 1 || !(fps > 0)) {
                throw new IllegalArgumentException("width=" + width + ", height=" + height + ", frames=" + frames + ", fps=" + fps
                        + " must all be above 0");
            }
        }
    }

    /**
     * A part of a model in a folder of its own.
     *
     * @param folder {@code codec}, {@code denoiser}, {@code student}, {@code text} or another name
     * @param type which class of network its {@code config.json} configures, for example {@code walt.codec}
     * @param files with their checksums, in the order of their names
     */
    public record Component(String folder, String type, List<FileInfo> files) {
        public Component {
            requireName("folder", folder);
            files = files.stream().sorted(Comparator.comparing(FileInfo::name)).toList();
        }
    }

    /** A file of a component. @param sha256 of its bytes, lower-case hexadecimal */
    public record FileInfo(String name, long bytes, String sha256) {
        public FileInfo {
            requireName("name", name);
        }
    }

    public ModelInfo {
        requireName("name", name);
        components = List.copyOf(components);
    }

    /** A description without components. */
    public static ModelInfo of(
            String name, String kind, ClipSize size, @Nullable Integer blockLength, String licence, Provenance provenance) {
        return new ModelInfo(FORMAT, name, kind, size, blockLength, licence, provenance, List.of(), "");
    }

    ModelInfo with(List<Component> written) {
        return new ModelInfo(format, name, kind, size, blockLength, licence, provenance, written, hashOf(written));
    }

    /** The checksum of lines {@code FOLDER/FILE SHA256}, sorted. */
    static String hashOf(List<Component> components) {
        return Sha256.ofText(components.stream()
                .flatMap(c -> c.files().stream().map(f -> c.folder() + "/" + f.name() + " " + f.sha256() + "\n"))
                .sorted()
                .collect(Collectors.joining()));
    }

    private static void requireName(String field, String value) {
        if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new IllegalArgumentException(
                    field + "=\"" + value + "\" must be letters, digits, dots, dashes and underscores, and begin with a letter or digit");
        }
    }
}
