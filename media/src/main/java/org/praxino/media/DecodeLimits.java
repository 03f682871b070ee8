package org.praxino.media;

import java.nio.file.Path;

/**
 * Limits for decoding files. Exceeding one is an error; to read only the beginning of a long file, use {@link ReadOptions#maxFrames}.
 *
 * @param maxPixels of one picture
 * @param maxFrames decoded or delivered from one file
 * @param maxSeconds of playing time that may be reached
 * @param maxPixelsInAll of all frames decoded from one file: a small file can hold many large frames
 */
public record DecodeLimits(long maxPixels, long maxFrames, double maxSeconds, long maxPixelsInAll) {
    /** Frames of 8192x4320, a hundred thousand of them, an hour. */
    public static final DecodeLimits DEFAULT = new DecodeLimits(8192L * 4320, 100_000, 3600);

    /** Without a limit on the pixels of all frames. */
    public DecodeLimits(long maxPixels, long maxFrames, double maxSeconds) {
        this(maxPixels, maxFrames, maxSeconds, Long.MAX_VALUE);
    }

    public DecodeLimits {
        if (maxPixels < 1 || maxFrames < 1 || maxPixelsInAll < 1 || !(maxSeconds > 0)) {
            throw new IllegalArgumentException("limits must be above zero, got " + maxPixels + " pixels, " + maxFrames + " frames, "
                    + maxSeconds + " seconds");
        }
    }

    /** Refuses so many frames of that size. */
    void checkInAll(Path file, long width, long height, long frames) {
        if (frames > 0 && width * height > maxPixelsInAll / frames) {
            throw new MediaException("cannot read '%s': %d frames of %dx%d are above the limit of %d pixels in all"
                    .formatted(file, frames, width, height, maxPixelsInAll));
        }
    }

    /** Rejects frames that are too large. */
    void check(Path file, long width, long height) {
        if (width > maxPixels / Math.max(1, height)) {
            throw new MediaException("cannot read '%s': a picture of %dx%d is above the limit of %d pixels"
                    .formatted(file, width, height, maxPixels));
        }
    }
}
