package org.praxino.media;

import java.io.IOException;

/** Writes frames of one size and channel count in one format. */
sealed interface FrameSink extends AutoCloseable
        permits EncodedSink, GifSink, ApngSink, SheetSink, PngSequenceSink, Y4mSink {
    void add(Frame frame) throws IOException;

    /** Flushes delayed frames; nothing is added afterwards. */
    void finish() throws IOException;

    /** Frees native memory and file handles, finished or not. */
    @Override
    void close();
}
