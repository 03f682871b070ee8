package org.praxino.server.live;

import java.util.List;
import org.praxino.media.Frame;
import tools.jackson.databind.node.ObjectNode;

/** Encodes frames for one connection. Used by one thread at a time. */
sealed interface FrameEncoder extends AutoCloseable permits JpegFrameEncoder, Vp9FrameEncoder, Mp4FrameEncoder {
    /**
     * A payload.
     *
     * @param kind of {@link MediaHeader}
     * @param key whether it is a key frame
     */
    record Payload(int kind, boolean key, byte[] bytes) {}

    StreamFormat format();

    /** Adds the format's fields to {@code media.init}. */
    void describe(ObjectNode init);

    /** The next frame begins a run. */
    void beginRun();

    /** Encodes a frame. */
    List<Payload> encode(Frame frame);

    @Override
    void close();

    static FrameEncoder open(StreamFormat format, int width, int height, double fps, int quality) {
        return switch (format) {
            case JPEG -> new JpegFrameEncoder(width, height, quality);
            case VP9 -> new Vp9FrameEncoder(width, height, fps);
            case FMP4 -> new Mp4FrameEncoder(width, height, fps);
        };
    }
}
