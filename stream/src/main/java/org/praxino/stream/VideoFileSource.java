package org.praxino.stream;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.DecodeLimits;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.ReadOptions;
import org.praxino.media.VideoReader;
import org.praxino.tensor.UserException;

/** Frames of a video file. */
public final class VideoFileSource implements VideoSource {
    /** Limits for sources, which may be as long as a stream. */
    private static final DecodeLimits STREAM_LIMITS = new DecodeLimits(DecodeLimits.DEFAULT.maxPixels(), 100_000_000, 1e7);

    private final VideoReader reader;

    private VideoFileSource(VideoReader reader) {
        this.reader = reader;
    }

    static VideoFileSource open(Path file, ModelInfo.ClipSize size) {
        return new VideoFileSource(VideoReader.open(
                file, ReadOptions.DEFAULT.size(size.width(), size.height(), Fit.CROP).fps(size.fps()).limits(STREAM_LIMITS)));
    }

    /**
     * Reads the end of a clip: 1 + factor·(k·block − 1) frames for the largest k up to {@code blocks}.
     *
     * @throws UserException if the clip is shorter than one block
     */
    public static List<Frame> readEnd(Path file, ModelInfo.ClipSize size, int block, int factor, int blocks) {
        var end = new ArrayDeque<Frame>();
        try (var source = open(file, size)) {
            while (source.reader.hasNext()) {
                end.add(source.reader.next());
                if (end.size() > 1 + factor * (blocks * block - 1)) {
                    end.remove();
                }
            }
        }
        int whole = end.isEmpty() ? 0 : ((end.size() - 1) / factor + 1) / block;
        if (whole == 0) {
            throw new UserException("'" + file + "' has " + end.size() + " frames at " + size.fps() + " a second: continuing it takes at least "
                    + (1 + factor * (block - 1)));
        }
        var frames = new ArrayList<>(end);
        return frames.subList(frames.size() - (1 + factor * (whole * block - 1)), frames.size());
    }

    @Override
    public boolean isReady(int count) {
        return true; // a file is always ready
    }

    @Override
    public void read(int count, List<Frame> into) {
        for (int i = 0; i < count && reader.hasNext(); i++) {
            into.add(reader.next());
        }
    }

    @Override
    public void onFramesAvailable(Runnable listener) {}

    @Override
    public void close() {
        reader.close();
    }
}
