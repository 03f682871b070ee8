package org.praxino.stream;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.stream.engine.Snapshot;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.UserException;

/**
 * The header of a {@linkplain StreamSession#snapshot snapshot} file, read without its tensors.
 *
 * @param model name of the model, for messages
 * @param hash of its weights
 * @param timeline past and future; it refers to no files
 * @param activePrompts the prompts of the current blend, which may differ from the timeline's
 * @param framesBefore number of frames before the saved state
 * @param nextFrame number of the next frame to show
 */
public record SnapshotInfo(String model, String hash, Timeline timeline, List<String> activePrompts, long framesBefore, long nextFrame) {
    /** @throws UserException if it is not a snapshot of this version, or refers to files */
    public static SnapshotInfo read(Path file) {
        try (var weights = SafetensorsFile.open(file)) {
            Snapshot.Header header = Snapshot.header(file, weights.metadata());
            var timeline = Timeline.parse(header.timeline(), file.toString(), null);
            if (header.position().sceneBlock() < 0) {
                throw Snapshot.invalid(file, "its scene begins before the stream, and no clip is continued");
            }
            return new SnapshotInfo(header.model(), header.hash(), timeline, header.prompts(), header.position().frame(), header.nextFrame());
        }
    }

    /** All active and future prompts, each once. */
    public Stream<String> prompts() {
        return Stream.concat(activePrompts.stream(), timeline.cues().stream().map(Cue::prompt)).distinct();
    }

    /** Whether the saved state is as close to the next frame as streams leave it. @param blockFrames of a full block */
    public boolean isNear(int blockFrames) {
        return Snapshot.isNear(framesBefore, nextFrame, blockFrames);
    }
}
