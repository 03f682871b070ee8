package org.praxino.media;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a video, an animated image or a still image in order, at the requested size and rate. Keeps one or two frames in
 * memory. Errors are {@link MediaException}s; a truncated file gives its good frames first. Not thread-safe; must be closed.
 */
public final class VideoReader implements AutoCloseable, Iterable<Frame>, Iterator<Frame> {
    private final Path file;
    private final ReadOptions options;
    private final FrameSource source;
    private final double rate; // 0: frames as they come
    private final double start;
    private long decoded;
    private long delivered;
    private boolean started;
    private boolean ended;
    private @Nullable Frame shown; // the source's present frame, converted; null when not yet needed
    private boolean ready;

    private VideoReader(Path file, ReadOptions options, FrameSource source) {
        this.file = file;
        this.options = options;
        this.source = source;
        boolean still = source.info().isStill();
        this.rate = still ? 0 : options.fps();
        this.start = still ? 0 : options.start();
    }

    /** Opens a file: mp4, mov, webm, mkv, avi, mpeg, ogg, y4m, gif, apng, webp, png, jpeg, heic or avif, recognised by content. */
    public static VideoReader open(Path file, ReadOptions options) {
        FrameSource source = FileKind.open(file, options.limits());
        try {
            VideoInfo info = source.info();
            if (options.fps() == 0 && options.start() == 0) { // as many will be decoded as are wanted
                options.limits().checkInAll(file, info.width(), info.height(), Math.min(info.frames(), options.maxFrames()));
            }
            return new VideoReader(file, options, source);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** All frames of a file at once; {@link ReadOptions#maxFrames} and {@link DecodeLimits} bound how many. */
    public static List<Frame> readAll(Path file, ReadOptions options) {
        try (var reader = open(file, options)) {
            var frames = new ArrayList<Frame>();
            reader.forEachRemaining(frames::add);
            return frames;
        }
    }

    /** The file's own properties, before any option is applied. */
    public VideoInfo info() {
        return source.info();
    }

    /** This reader itself: frames can be walked once. */
    @Override
    public Iterator<Frame> iterator() {
        return this;
    }

    @Override
    public boolean hasNext() {
        if (!ready && !ended) {
            ready = delivered < options.maxFrames() && advance();
            ended = !ready;
        }
        return ready;
    }

    @Override
    public Frame next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no more frames in " + file);
        }
        ready = false;
        delivered++;
        if (shown == null) {
            shown = fitted(source.picture());
        }
        return shown;
    }

    /** Advances the source to the frame that is shown at the next delivered time. */
    private boolean advance() {
        if (!started) {
            started = true;
            if (start > 0) {
                source.seek(start);
            }
            return step() && checkReachedLimit(start);
        }
        if (rate == 0) {
            return step();
        }
        checkLimit(delivered < options.limits().maxFrames(), "gives more than " + options.limits().maxFrames() + " frames");
        return checkReachedLimit(start + delivered / rate);
    }

    /** Containers round times (GIF to 10 ms, WebM to 1 ms), so a quarter of a tick, at most 6 ms, is forgiven. */
    private boolean checkReachedLimit(double tick) {
        double slack = rate == 0 ? 1e-6 : Math.min(0.25 / rate, 0.006);
        checkLimit(tick <= options.limits().maxSeconds(), "is longer than " + options.limits().maxSeconds() + " seconds");
        while (source.end() - slack <= tick) {
            if (!step()) {
                return false;
            }
        }
        return true;
    }

    private boolean step() {
        shown = null;
        if (!source.next()) {
            return false;
        }
        decoded++;
        options.limits().checkInAll(file, source.info().width(), source.info().height(), decoded);
        checkLimit(decoded <= options.limits().maxFrames(), "has more than " + options.limits().maxFrames() + " frames");
        checkLimit(source.begin() <= options.limits().maxSeconds(), "is longer than " + options.limits().maxSeconds() + " seconds");
        return true;
    }

    private void checkLimit(boolean kept, String what) {
        if (!kept) {
            throw new MediaException("'" + file + "' " + what + ", which is the limit: read less of it or raise the limit");
        }
    }

    private Frame fitted(Frame picture) {
        Frame frame = switch (options.background()) {
            case Rgb colour -> FrameAlpha.over(picture, colour);
            case Background.Transparent _ -> FrameAlpha.withAlpha(picture);
        };
        return options.width() == 0 ? frame : options.fit().apply(frame, options.width(), options.height(), options.background());
    }

    @Override
    public void close() {
        ended = true;
        ready = false;
        source.close();
    }
}
