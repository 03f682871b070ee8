package org.praxino.media;

/** A file being decoded, one frame at a time. Frames are upright, with square pixels, at the file's size. */
sealed interface FrameSource extends AutoCloseable permits FfmpegSource, HeifSource, WebpSource {
    VideoInfo info();

    /** Moves to the next frame; false at the end. Fails with {@link MediaException} if the file breaks off. */
    boolean next();

    /** Presentation time of the current frame, in seconds from the beginning of the video. */
    double begin();

    /** When it disappears. */
    double end();

    /** The frame on show; converted only when asked for. */
    Frame picture();

    /** Goes near to a time, never past it, if the file allows it; reading on from where it is would be right too. */
    void seek(double seconds);

    @Override
    void close();
}
