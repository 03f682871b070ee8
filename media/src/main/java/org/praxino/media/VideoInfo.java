package org.praxino.media;

/**
 * Properties of a video track. Sizes are as displayed: upright, with square pixels.
 *
 * @param width in pixels
 * @param height in pixels
 * @param fps frames a second on average; 0 for a still picture
 * @param frames how many, or -1 when only reading the whole file would tell
 * @param seconds how long, or -1 when the file does not say; 0 for a still picture
 * @param container short name of the file format, such as {@code mp4} or {@code gif}
 * @param codec short name of the picture coding, such as {@code av1} or {@code gif}
 * @param hasAlpha true if pixels can be transparent
 */
public record VideoInfo(int width, int height, double fps, long frames, double seconds, String container, String codec, boolean hasAlpha) {
    /** True for a still image. */
    public boolean isStill() {
        return frames == 1;
    }
}
