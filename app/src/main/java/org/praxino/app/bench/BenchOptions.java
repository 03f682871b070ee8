package org.praxino.app.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.JsonResult;
import org.praxino.tensor.UserException;

/**
 * Options of a benchmark.
 *
 * @param model name of a bundled model, or a model folder
 * @param json JSON output file, or null
 * @param repeats repetitions, of which the best counts
 */
public record BenchOptions(String model, @Nullable Path json, int repeats) implements JsonResult {
    public BenchOptions {
        if (repeats < 1 || repeats > 1000) {
            throw new UserException("--repeats " + repeats + " is not possible: give a number from 1 to 1000");
        }
    }
}
