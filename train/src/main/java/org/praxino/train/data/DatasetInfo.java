package org.praxino.train.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Description of a data set: {@code dataset.json}.
 *
 * @param format version of the store's layout
 * @param name of the data set
 * @param height of every frame, pixels
 * @param width of every frame, pixels
 * @param fps frames a second
 * @param clips clips with more than one frame
 * @param stills clips of one frame
 * @param frames frames of all of them
 * @param bytes size of {@code clips.bin}
 * @param digest sha256 of {@code clips.bin}: names the pixels, whatever the captions
 * @param recipe everything the pixels were made from, in words; the same recipe is not made twice
 * @param sources packages or folders, with their hashes
 * @param licence of the pictures
 * @param credits who made them
 * @param classes names of its classes by number, each the name of its clips; empty without classes, null in files from before there were any
 */
public record DatasetInfo(int format, String name, int height, int width, double fps, int clips, int stills, long frames,
        long bytes, String digest, String recipe, List<Source> sources, String licence, String credits, @Nullable List<String> classes) {

    /** Layout version written and read by this code. */
    public static final int FORMAT = 1;

    public DatasetInfo {
        sources = List.copyOf(sources);
        classes = classes == null ? List.of() : List.copyOf(classes);
    }

    /** Without classes. */
    public DatasetInfo(int format, String name, int height, int width, double fps, int clips, int stills, long frames, long bytes, String digest,
            String recipe, List<Source> sources, String licence, String credits) {
        this(format, name, height, width, fps, clips, stills, frames, bytes, digest, recipe, sources, licence, credits, List.of());
    }

    /** The names by number; empty without classes. */
    @Override
    public List<String> classes() {
        return classes == null ? List.of() : classes;
    }

    /** The same pixels with these classes. */
    public DatasetInfo withClasses(List<String> names) {
        return new DatasetInfo(format, name, height, width, fps, clips, stills, frames, bytes, digest, recipe, sources, licence, credits, names);
    }

    /** A package (name@version) or folder and its sha256, empty for a folder. */
    public record Source(String name, String sha256) {}
}
