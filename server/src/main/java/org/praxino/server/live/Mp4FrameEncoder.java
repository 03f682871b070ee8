package org.praxino.server.live;

import java.util.List;
import org.praxino.media.FragmentedMp4;
import org.praxino.media.Frame;
import org.praxino.media.Vp9Stream;
import tools.jackson.databind.node.ObjectNode;

/** Fragmented MP4; each run is a new file. */
final class Mp4FrameEncoder implements FrameEncoder {
    private final int width;
    private final int height;
    private final double fps;
    private FragmentedMp4 mp4;
    private long index;

    Mp4FrameEncoder(int width, int height, double fps) {
        this.width = width;
        this.height = height;
        this.fps = fps;
        this.mp4 = FragmentedMp4.open(width, height, fps);
    }

    @Override
    public StreamFormat format() {
        return StreamFormat.FMP4;
    }

    @Override
    public void describe(ObjectNode init) {
        init.put("mime", FragmentedMp4.mime(width, height)).put("codec", Vp9Stream.codec(width, height));
    }

    @Override
    public void beginRun() {
        if (index > 0) {
            mp4.close();
            mp4 = FragmentedMp4.open(width, height, fps);
            index = 0;
        }
    }

    @Override
    public List<Payload> encode(Frame frame) {
        boolean first = index == 0;
        Vp9Stream.Chunk chunk = mp4.fragment(frame, index++);
        var fragment = new Payload(MediaHeader.MP4_FRAGMENT, chunk.key(), chunk.bytes());
        return first ? List.of(new Payload(MediaHeader.MP4_INIT, false, mp4.initSegment()), fragment) : List.of(fragment);
    }

    @Override
    public void close() {
        mp4.close();
    }
}
