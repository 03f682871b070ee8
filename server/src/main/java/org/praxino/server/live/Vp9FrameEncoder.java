package org.praxino.server.live;

import java.util.List;
import org.praxino.media.Frame;
import org.praxino.media.Vp9Stream;
import tools.jackson.databind.node.ObjectNode;

/** VP9 for WebCodecs; each run begins with a new encoder and thus a key frame. */
final class Vp9FrameEncoder implements FrameEncoder {
    private final int width;
    private final int height;
    private final double fps;
    private Vp9Stream stream;
    private long index;

    Vp9FrameEncoder(int width, int height, double fps) {
        this.width = width;
        this.height = height;
        this.fps = fps;
        this.stream = new Vp9Stream(width, height, fps);
    }

    @Override
    public StreamFormat format() {
        return StreamFormat.VP9;
    }

    @Override
    public void describe(ObjectNode init) {
        init.put("mime", "video/vp9").put("codec", Vp9Stream.codec(width, height));
    }

    @Override
    public void beginRun() {
        if (index > 0) {
            stream.close();
            stream = new Vp9Stream(width, height, fps);
            index = 0;
        }
    }

    @Override
    public List<Payload> encode(Frame frame) {
        Vp9Stream.Chunk chunk = stream.encode(frame, index++);
        return List.of(new Payload(MediaHeader.VP9, chunk.key(), chunk.bytes()));
    }

    @Override
    public void close() {
        stream.close();
    }
}
