package org.praxino.server.live;

import java.util.List;
import org.praxino.media.Frame;
import org.praxino.media.Jpeg;
import tools.jackson.databind.node.ObjectNode;

/** A picture a frame. */
final class JpegCoder implements Coder {
    private final Jpeg jpeg;

    JpegCoder(int width, int height, int quality) {
        this.jpeg = new Jpeg(width, height, quality);
    }

    @Override
    public Format format() {
        return Format.JPEG;
    }

    @Override
    public void describe(ObjectNode init) {
        init.put("mime", "image/jpeg").putNull("codec");
    }

    @Override
    public void begin() {}

    @Override
    public List<Piece> code(Frame frame) {
        return List.of(new Piece(MediaHeader.JPEG, true, jpeg.encodeMarked(frame)));
    }

    @Override
    public void close() {
        jpeg.close();
    }
}
