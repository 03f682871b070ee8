package org.praxino.stream;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.Limits;
import org.praxino.media.ReadOptions;
import org.praxino.media.VideoReader;
import org.praxino.tensor.UserException;

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

    /**
     * The end of a clip: 1 + factor·(k·block − 1) frames, the most whole blocks up to {@code blocks}.
     *
     * @throws UserException when it is not even one block long
     */
    static List<Frame> last(Path file, ModelInfo.Size makes, int block, int factor, int blocks) {
        var end = new ArrayDeque<Frame>();
        try (var source = open(file, makes)) {
            while (source.reader.hasNext()) {
                end.add(source.reader.next());
                if (end.size() > 1 + factor * (blocks * block - 1)) {
                    end.remove();
                }
            }
        }
        int whole = end.isEmpty() ? 0 : ((end.size() - 1) / factor + 1) / block;
        if (whole == 0) {
            throw new UserException("'" + file + "' has " + end.size() + " frames at " + makes.fps() + " a second: to go on from it takes at least "
                    + (1 + factor * (block - 1)));
        }
        var frames = new ArrayList<>(end);
        return frames.subList(frames.size() - (1 + factor * (whole * block - 1)), frames.size());
    }

    @Override
    public boolean has(int count) {
        return true; // reading does not wait for anybody
    }

    @Override
    public void take(int count, List<Frame> into) {
        for (int i = 0; i < count && reader.hasNext(); i++) {
            into.add(reader.next());
        }
    }

    @Override
    public void onArrival(Runnable told) {}

    @Override
    public void close() {
        reader.close();
    }
}
