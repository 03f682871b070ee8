package org.praxino.app;

import org.praxino.tensor.UserException;
import org.praxino.train.data.emoji.FluentEmojiDataset;
import picocli.CommandLine.Option;

/**
 * Options for the size and frame rate of training clips.
 *
 * @param size pixels on a side
 * @param fps frames a second
 */
record ClipShapeOptions(int size, double fps) {
    ClipShapeOptions {
        if (size < 16 || size > 1024 || size % 8 != 0) {
            throw new UserException("--size " + size + " is not possible: give a multiple of 8 from 16 to 1024");
        }
        if (!(fps > 0 && fps <= 60)) {
            throw new UserException("--fps " + fps + " is not possible: give a number above 0, up to 60");
        }
    }

    /** As typed. */
    static final class Options {
        @Option(names = "--size", paramLabel = "N", defaultValue = "128", description = "Pixels on a side (default: ${DEFAULT-VALUE}).")
        private int size = FluentEmojiDataset.SIZE;

        @Option(names = "--fps", paramLabel = "X", defaultValue = "12", description = "Frames per second (default: ${DEFAULT-VALUE}).")
        private double fps = FluentEmojiDataset.FPS;

        ClipShapeOptions checked() {
            return new ClipShapeOptions(size, fps);
        }
    }
}
