package org.praxino.app;

import org.praxino.app.cli.FrameSize;
import org.praxino.tensor.UserException;
import org.praxino.train.data.emoji.FluentEmojiDataset;
import picocli.CommandLine.Option;

/**
 * Options for the size and frame rate of training clips.
 *
 * @param width in pixels
 * @param height in pixels
 * @param fps frames a second
 */
record ClipShapeOptions(int width, int height, double fps) {
    ClipShapeOptions {
        for (int side : new int[] {width, height}) {
            if (side < 16 || side > 1024 || side % 8 != 0) {
                throw new UserException("--size " + (width == height ? String.valueOf(width) : width + "x" + height)
                        + " is not possible: give a multiple of 8 from 16 to 1024");
            }
        }
        if (!(fps > 0 && fps <= 60)) {
            throw new UserException("--fps " + fps + " is not possible: give a number above 0, up to 60");
        }
    }

    /** Pixels on a side. @throws UserException when the sides differ */
    int side() {
        if (width != height) {
            throw new UserException("--size " + width + "x" + height + " is not possible: these pictures are squares, give one number");
        }
        return width;
    }

    /** As typed. */
    static final class Options {
        @Option(names = "--size", paramLabel = "N|WxH", defaultValue = "128", description = "Pixels on a side, or width and height (default: ${DEFAULT-VALUE}).")
        private String size = String.valueOf(FluentEmojiDataset.SIZE);

        @Option(names = "--fps", paramLabel = "X", defaultValue = "12", description = "Frames per second (default: ${DEFAULT-VALUE}).")
        private double fps = FluentEmojiDataset.FPS;

        ClipShapeOptions checked() {
            FrameSize parsed = FrameSize.parse(size);
            return new ClipShapeOptions(parsed.width(), parsed.height(), fps);
        }
    }
}
