package org.praxino.stream;

import java.nio.file.Path;
import java.util.List;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Frame;

/**
 * Where a video to video stream gets its frames: a {@linkplain #file file}, or frames that the caller {@linkplain PushedFrames pushes}.
 * Frames have the model's size and three channels, and come at the model's rate.
 */
public sealed interface VideoSource extends AutoCloseable permits FileSource, PushedFrames {
    /** A video file, cropped to the model's size and read at its rate. @throws org.praxino.media.MediaException when it is not a video */
    static VideoSource file(Path file, ModelInfo.Size makes) {
        return FileSource.open(file, makes);
    }

    /** Frames that the caller pushes, for example from a camera. */
    static PushedFrames pushed(ModelInfo.Size makes) {
        return new PushedFrames(makes);
    }

    /** Whether so many frames are there, or all that will ever come. */
    boolean has(int count);

    /**
     * Adds the next {@code count} frames to a list; fewer, or none, only at the end.
     *
     * @throws org.praxino.tensor.UserException when the source breaks off, after its last good frame
     */
    void take(int count, List<Frame> into);

    /** Whom to tell when frames have come. */
    void onArrival(Runnable told);

    @Override
    void close();
}
