package org.praxino.media;

/**
 * Options for reading frames from a file. Start from {@link #DEFAULT} and change what differs.
 *
 * @param width wanted width in pixels, or 0 together with {@code height} for the file's own size
 * @param height wanted height in pixels
 * @param fit how to bring another shape to that size
 * @param fps wanted frames a second, by showing at every tick the frame that was on screen; 0 keeps every frame as it is
 * @param start seconds from the beginning to skip
 * @param maxFrames stop after so many delivered frames
 * @param background behind transparent pixels and beside padded pictures
 * @param limits what the file may ask of this machine
 */
public record ReadOptions(
        int width, int height, Fit fit, double fps, double start, int maxFrames, Background background, DecodeLimits limits) {
    /** Own size, own frames, all of them, over black. */
    public static final ReadOptions DEFAULT =
            new ReadOptions(0, 0, Fit.CROP, 0, 0, Integer.MAX_VALUE, Rgb.BLACK, DecodeLimits.DEFAULT);

    public ReadOptions {
        if ((width == 0) != (height == 0) || width < 0 || height < 0) {
            throw new IllegalArgumentException("width and height must both be given or both be 0, got " + width + "x" + height);
        }
        if ((long) width * height > limits.maxPixels()) {
            throw new IllegalArgumentException("%dx%d is above the limit of %d pixels".formatted(width, height, limits.maxPixels()));
        }
        if (!(fps >= 0 && fps <= 1000)) {
            throw new IllegalArgumentException("frames a second must lie between 0 and 1000, got " + fps);
        }
        if (!(start >= 0) || Double.isInfinite(start)) {
            throw new IllegalArgumentException("the start must not lie before the beginning, got " + start + " s");
        }
        if (maxFrames < 1) {
            throw new IllegalArgumentException("at least one frame must be wanted, got maxFrames=" + maxFrames);
        }
    }

    public ReadOptions size(int width, int height, Fit fit) {
        return new ReadOptions(width, height, fit, fps, start, maxFrames, background, limits);
    }

    public ReadOptions fps(double fps) {
        return new ReadOptions(width, height, fit, fps, start, maxFrames, background, limits);
    }

    public ReadOptions start(double seconds) {
        return new ReadOptions(width, height, fit, fps, seconds, maxFrames, background, limits);
    }

    public ReadOptions maxFrames(int maxFrames) {
        return new ReadOptions(width, height, fit, fps, start, maxFrames, background, limits);
    }

    public ReadOptions background(Background background) {
        return new ReadOptions(width, height, fit, fps, start, maxFrames, background, limits);
    }

    public ReadOptions limits(DecodeLimits limits) {
        return new ReadOptions(width, height, fit, fps, start, maxFrames, background, limits);
    }
}
