package org.praxino.app;

import java.nio.file.Path;
import org.praxino.tensor.UserException;

/**
 * What a training set is built from, when it is the user's own files.
 *
 * @param source the folder with clips and captions
 * @param out folder of the set
 * @param size pixels on a side
 * @param fps frames a second
 */
record PrepareOptions(Path source, Path out, int size, double fps) {
    PrepareOptions {
        if (size < 16 || size > 1024 || size % 8 != 0) {
            throw new UserException("--size " + size + " is not possible: give a multiple of 8 from 16 to 1024");
        }
        if (!(fps > 0 && fps <= 60)) {
            throw new UserException("--fps " + fps + " is not possible: give a number above 0, up to 60");
        }
    }
}
