package org.praxino.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.praxino.tensor.UserException;

/**
 * Options of a training run.
 *
 * @param config YAML configuration file
 * @param overrides values that override the file's, by dotted key
 * @param dryRun print the resolved configuration only
 */
record TrainOptions(Path config, Map<String, String> overrides, boolean dryRun) {
    TrainOptions {
        var copy = new LinkedHashMap<String, String>();
        overrides.forEach((k, v) -> {
            if (k.isBlank()) {
                throw new UserException("--set needs a key: write it as --set key=value");
            }
            copy.put(k.strip(), v);
        });
        overrides = java.util.Collections.unmodifiableMap(copy);
    }
}
