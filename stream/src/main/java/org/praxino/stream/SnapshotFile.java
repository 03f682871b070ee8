package org.praxino.stream;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.UserException;

/**
 * What a {@linkplain StreamSession#snapshot snapshot} from anywhere says of itself, read without its tensors.
 *
 * @param model name of the model, for people
 * @param hash of its weights
 * @param timeline of what was played and is to come, which names no files
 * @param inForce the prompt that it goes on with and those that are being left, which need not be the timeline's
 * @param made frames that lie before its state
 * @param next number of the frame that comes next
 */
public record SnapshotFile(String model, String hash, Timeline timeline, List<String> inForce, long made, long next) {
    /** @throws UserException when it is not a snapshot of this version, or names files */
    public static SnapshotFile read(Path file) {
        try (var weights = SafetensorsFile.open(file)) {
            Snapshot.Header header = Snapshot.header(file, weights.metadata());
            var timeline = Timeline.parse(header.timeline(), file.toString(), null);
            if (header.head().sceneBlock() < 0) {
                throw Snapshot.none(file, "its scene begins before the stream, and no clip is continued");
            }
            return new SnapshotFile(header.model(), header.hash(), timeline, header.prompts(), header.head().frame(), header.from());
        }
    }

    /** Every prompt that is shown or may be, once. */
    public Stream<String> prompts() {
        return Stream.concat(inForce.stream(), timeline.cues().stream().map(Cue::prompt)).distinct();
    }

    /** Whether its state lies as near to the next frame as a stream leaves it: what lies between is made and not shown. @param blockFrames of a full block */
    public boolean isNear(int blockFrames) {
        return Snapshot.near(made, next, blockFrames);
    }
}
