package org.praxino.stream;

import java.nio.file.Path;
import java.util.List;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Frame;

/**
 * A source of frames for video to video: a {@linkplain #file file}, or frames {@linkplain PushedFrames pushed} by the caller. Frames have
 * the model's size, three channels and the model's frame rate.
 */
public sealed interface VideoSource extends AutoCloseable permits VideoFileSource, PushedFrames {
    /** A video file, cropped to the model's size and resampled to its frame rate. @throws org.praxino.media.MediaException if it is not a video */
    static VideoSource file(Path file, ModelInfo.ClipSize size) {
        return VideoFileSource.open(file, size);
    }

    /** Frames that the caller pushes, for example from a camera. */
    static PushedFrames pushed(ModelInfo.ClipSize size) {
        return new PushedFrames(size);
    }

    /** Whether {@code count} frames are available, or the source has ended. */
    boolean isReady(int count);

    /**
     * Appends the next {@code count} frames to a list; fewer only at the end.
     *
     * @throws org.praxino.tensor.UserException if the source fails, after its last good frame
     */
    void read(int count, List<Frame> into);

    /** Sets the listener that is called when frames arrive. */
    void onFramesAvailable(Runnable listener);

    @Override
    void close();
}
