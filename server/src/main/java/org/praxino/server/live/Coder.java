package org.praxino.server.live;

import java.util.List;
import org.praxino.media.Frame;
import tools.jackson.databind.node.ObjectNode;

/** Frames to what a client is sent. Belongs to one connection; used by one thread at a time. */
sealed interface Coder extends AutoCloseable permits JpegCoder, Vp9Coder, Mp4Coder {
    /**
     * A payload.
     *
     * @param kind of {@link MediaHeader}
     * @param key whether it can be decoded without what was before
     */
    record Piece(int kind, boolean key, byte[] bytes) {}

    Format format();

    /** Adds to {@code media.init} what the client needs to know. */
    void describe(ObjectNode init);

    /** The next frame begins a run. */
    void begin();

    /** What a frame becomes, in order. */
    List<Piece> code(Frame frame);

    @Override
    void close();

    static Coder open(Format format, int width, int height, double fps, int quality) {
        return switch (format) {
            case JPEG -> new JpegCoder(width, height, quality);
            case VP9 -> new Vp9Coder(width, height, fps);
            case FMP4 -> new Mp4Coder(width, height, fps);
        };
    }
}
