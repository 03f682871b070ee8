package org.praxino.stream;

import java.nio.file.Path;
import java.util.List;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;

/**
 * A generated clip with everything needed to reproduce it.
 *
 * @param frames RGB frames in order
 * @param fps playback frame rate
 * @param request what was generated
 * @param model name of the model
 * @param modelHash hash of the model's weights
 * @param seconds generation time, from request to last frame
 */
public record GeneratedVideo(
        List<Frame> frames, double fps, ResolvedRequest request, String model, String modelHash, double seconds) {
    public GeneratedVideo {
        frames = List.copyOf(frames);
    }

    /** The same with other frames. */
    public GeneratedVideo withFrames(List<Frame> others) {
        return new GeneratedVideo(others, fps, request, model, modelHash, seconds);
    }

    /** Playback duration in seconds. */
    public double duration() {
        return frames.size() / fps;
    }

    public GeneratedMetadata metadata() {
        return new GeneratedMetadata(request.prompt(), request.seed(), model, modelHash, VideoModel.version());
    }

    /**
     * Writes a video file, atomically and marked as generated. The extension selects the format (docs/media.md).
     *
     * @throws org.praxino.tensor.UserException if the format is unknown or the file cannot be written
     */
    public void save(Path file) {
        try (var writer = VideoWriter.open(file, WriteOptions.generated(fps, metadata()))) {
            frames.forEach(writer::write);
            writer.finish();
        }
    }
}
