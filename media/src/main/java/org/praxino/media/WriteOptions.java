package org.praxino.media;

import org.jspecify.annotations.Nullable;

/**
 * Options for writing frames to a file. Start from {@link #generated} or {@link #plain} and change what differs.
 *
 * @param fps frames a second
 * @param codec for MP4 and WebM
 * @param chroma for Y4M and VP9; everything else has its own
 * @param quality 1 (small) to 100 (best); formats without loss ignore it
 * @param background laid under transparent pixels where the format has no transparency
 * @param metadata what made the frames; null only for frames that no model made
 */
public record WriteOptions(
        double fps, Codec codec, Chroma chroma, int quality, Rgb background, @Nullable GeneratedMetadata metadata) {
    /** Good to the eye, and small. */
    public static final int DEFAULT_QUALITY = 80;

    public WriteOptions {
        if (!(fps > 0 && fps <= 240)) {
            throw new MediaException("frames a second must lie above 0 and not above 240, got " + fps);
        }
        if (quality < 1 || quality > 100) {
            throw new MediaException("quality goes from 1 to 100, got " + quality);
        }
    }

    /** For generated frames: the file will say so. */
    public static WriteOptions generated(double fps, GeneratedMetadata metadata) {
        return new WriteOptions(fps, Codec.AUTO, Chroma.YUV420, DEFAULT_QUALITY, Rgb.BLACK, metadata);
    }

    /** For frames that are not generated, such as recordings prepared for training. */
    public static WriteOptions plain(double fps) {
        return new WriteOptions(fps, Codec.AUTO, Chroma.YUV420, DEFAULT_QUALITY, Rgb.BLACK, null);
    }

    public WriteOptions codec(Codec codec) {
        return new WriteOptions(fps, codec, chroma, quality, background, metadata);
    }

    public WriteOptions chroma(Chroma chroma) {
        return new WriteOptions(fps, codec, chroma, quality, background, metadata);
    }

    public WriteOptions quality(int quality) {
        return new WriteOptions(fps, codec, chroma, quality, background, metadata);
    }

    public WriteOptions background(Rgb background) {
        return new WriteOptions(fps, codec, chroma, quality, background, metadata);
    }
}
