package org.praxino.stream;

import java.nio.file.Path;
import java.util.List;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;

/**
 * A finished clip with all that is needed to make it again.
 *
 * @param frames RGB frames in order
 * @param fps frames a second to play at
 * @param request what was asked for, with every default filled in
 * @param model name of the model
 * @param modelHash which weights made it
 * @param seconds time taken, from request to last frame
 */
public record GeneratedVideo(
        List<Frame> frames, double fps, GenerateRequest request, String model, String modelHash, double seconds) {
    public GeneratedVideo {
        frames = List.copyOf(frames);
    }

    /** Length when played. */
    public double duration() {
        return frames.size() / fps;
    }

    public GeneratedMetadata metadata() {
        return new GeneratedMetadata(request.prompt(), request.seed(), model, modelHash, VideoModel.version());
    }

    /**
     * Writes a file whose ending names the format (see docs/media.md): whole or not at all, marked as generated.
     *
     * @throws org.praxino.tensor.UserException one sentence when the format is unknown or the file cannot be written
     */
    public void save(Path file) {
        try (var writer = VideoWriter.open(file, WriteOptions.generated(fps, metadata()))) {
            frames.forEach(writer::write);
            writer.finish();
        }
    }
}
