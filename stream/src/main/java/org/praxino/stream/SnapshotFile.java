package org.praxino.stream;

import java.nio.file.Path;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.UserException;

/**
 * What a {@linkplain StreamSession#snapshot snapshot} from anywhere says of itself, read without its tensors.
 *
 * @param model name of the model, for people
 * @param hash of its weights
 * @param timeline of what was played and is to come, which names no files
 * @param next number of the frame that comes next
 */
public record SnapshotFile(String model, String hash, Timeline timeline, long next) {
    /** @throws UserException when it is not a snapshot of this version, or names files */
    public static SnapshotFile read(Path file) {
        try (var weights = SafetensorsFile.open(file)) {
            Snapshot.Header header = Snapshot.header(file, weights.metadata());
            return new SnapshotFile(header.model(), header.hash(), Timeline.parse(header.timeline(), file.toString(), null), header.from());
        }
    }
}
