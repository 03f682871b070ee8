package org.praxino.train.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of preparing a data set.
 *
 * @param out the folder of the finished {@link ClipStore}
 * @param clips clips with more than one frame
 * @param stills clips of one frame
 * @param frames frames of all of them
 * @param bytes size of the packed frames
 * @param digest sha256 of the packed frames
 * @param pixelsReused true when the frames were there already and only captions were written
 * @param seconds time taken
 * @param skipped files left out, with the reason
 * @param notes what is to be known of files that are used: parts that were left out, small pictures, few frames
 */
public record PreparationReport(Path out, int clips, int stills, long frames, long bytes, String digest, boolean pixelsReused,
        double seconds, List<Skipped> skipped, List<Skipped> notes) {

    public PreparationReport {
        skipped = List.copyOf(skipped);
        notes = List.copyOf(notes);
    }

    /**
     * A file left out, or a part of it.
     *
     * @param used true when the rest of the file is used
     */
    public record Skipped(String file, String reason, @Nullable Boolean used) {
        /** A file left out. */
        public Skipped(String file, String reason) {
            this(file, reason, null);
        }

        /** A note about a file that is used. */
        public static Skipped note(String file, String reason) {
            return new Skipped(file, reason, true);
        }

        /** Whether the file is used. */
        public boolean ofUsedFile() {
            return Boolean.TRUE.equals(used);
        }
    }
}
