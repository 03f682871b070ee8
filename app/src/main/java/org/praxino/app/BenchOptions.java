package org.praxino.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * What to measure.
 *
 * @param model a bundled model's name or a model folder
 * @param json where to write the numbers, or null
 * @param repeats measurements of which the best counts
 */
record BenchOptions(String model, @Nullable Path json, int repeats) {
    BenchOptions {
        if (repeats < 1 || repeats > 1000) {
            throw new UserException("--repeats " + repeats + " is not possible: give a number from 1 to 1000");
        }
    }
}
