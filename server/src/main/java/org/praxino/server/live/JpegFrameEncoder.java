package org.praxino.server.live;

import java.util.List;
import org.praxino.media.Frame;
import org.praxino.media.Jpeg;
import tools.jackson.databind.node.ObjectNode;

/** One JPEG image per frame. */
final class JpegFrameEncoder implements FrameEncoder {
    private final Jpeg jpeg;

    JpegFrameEncoder(int width, int height, int quality) {
        this.jpeg = new Jpeg(width, height, quality);
    }

    @Override
    public StreamFormat format() {
        return StreamFormat.JPEG;
    }

    @Override
    public void describe(ObjectNode init) {
        init.put("mime", "image/jpeg").putNull("codec");
    }

    @Override
    public void beginRun() {}

    @Override
    public List<Payload> encode(Frame frame) {
        return List.of(new Payload(MediaHeader.JPEG, true, jpeg.encodeMarked(frame)));
    }

    @Override
    public void close() {
        jpeg.close();
    }
}
