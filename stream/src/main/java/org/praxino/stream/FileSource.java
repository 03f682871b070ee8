package org.praxino.stream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.Limits;
import org.praxino.media.ReadOptions;
import org.praxino.media.VideoReader;

/** Frames of a video file. */
final class FileSource implements VideoSource {
    /** A source may be as long as a stream. */
    private static final Limits LONG = new Limits(Limits.DEFAULT.maxPixels(), 100_000_000, 1e7);

    private final VideoReader reader;

    private FileSource(VideoReader reader) {
        this.reader = reader;
    }

    static FileSource open(Path file, ModelInfo.Size makes) {
        return new FileSource(VideoReader.open(
                file, ReadOptions.DEFAULT.size(makes.width(), makes.height(), Fit.CROP).fps(makes.fps()).limits(LONG)));
    }

    @Override
    public boolean has(int count) {
        return true; // reading does not wait for anybody
    }

    @Override
    public List<Frame> take(int count) {
        var frames = new ArrayList<Frame>(count);
        while (frames.size() < count && reader.hasNext()) {
            frames.add(reader.next());
        }
        return frames;
    }

    @Override
    public void onArrival(Runnable told) {}

    @Override
    public void close() {
        reader.close();
    }
}
