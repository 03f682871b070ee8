package org.praxino.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** WebP, still or animated, which FFmpeg cannot decode when it moves. */
final class WebpSource implements FrameSource {
    private static final long LONGEST_FILE = 1L << 29;
    /** Browsers show frames of at most 10 ms for 100 ms. */
    private static final int SHORTEST_MILLIS = 10;

    private static final int DEFAULT_MILLIS = 100;

    private final Path file;
    private final AnimatedWebp webp;
    private final Orientation orientation;
    private final VideoInfo info;
    private int index = -1;
    private double begin;
    private double end;

    private WebpSource(Path file, AnimatedWebp webp, WebpHeader header) {
        this.file = file;
        this.webp = webp;
        this.orientation = ExifOrientation.of(file);
        int frames = webp.frames();
        double seconds = 0;
        for (int i = 0; frames > 1 && i < frames; i++) {
            seconds += seconds(i);
        }
        int width = orientation.swapsSides() ? webp.height() : webp.width();
        int height = orientation.swapsSides() ? webp.width() : webp.height();
        this.info = new VideoInfo(width, height, frames == 1 ? 0 : frames / seconds, frames, seconds, "webp", "webp", header.alpha());
    }

    static WebpSource open(Path file, DecodeLimits limits) {
        try {
            if (Files.size(file) > LONGEST_FILE) {
                throw new MediaException("cannot read '" + file + "': a WebP of more than " + (LONGEST_FILE >> 20) + " MiB");
            }
            byte[] bytes = Files.readAllBytes(file);
            WebpHeader header = WebpHeader.parse(bytes);
            limits.check(file, header.width(), header.height());
            if (header.bytes() > bytes.length) {
                throw new MediaException("'" + file + "' is cut short: " + bytes.length + " of " + header.bytes() + " bytes are there");
            }
            return new WebpSource(file, AnimatedWebp.open(bytes), header);
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }

    private static MediaException damaged(Path file, Exception e) {
        return new MediaException("cannot read '" + file + "': " + e.getMessage(), e);
    }

    private double seconds(int i) {
        return (webp.millis(i) > SHORTEST_MILLIS ? webp.millis(i) : DEFAULT_MILLIS) / 1000.0;
    }

    @Override
    public VideoInfo info() {
        return info;
    }

    @Override
    public boolean next() {
        if (index + 1 >= webp.frames()) {
            return false;
        }
        index++;
        begin = end;
        end = begin + seconds(index);
        return true;
    }

    @Override
    public double begin() {
        return begin;
    }

    @Override
    public double end() {
        return end;
    }

    @Override
    public Frame picture() {
        try {
            Frame frame = new Frame(webp.width(), webp.height(), 4, webp.read(index));
            return orientation.apply(info.hasAlpha() ? FrameAlpha.unpremultiply(frame) : FrameAlpha.over(frame, Rgb.BLACK));
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    @Override
    public void seek(double seconds) {
        // Walking to a frame costs nothing here: only pictures that are asked for are decoded.
    }

    @Override
    public void close() {
        webp.close();
    }
}
