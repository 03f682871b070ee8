package org.praxino.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.praxino.tensor.UserException;

/**
 * What to train.
 *
 * @param config YAML file with every value of the run
 * @param overrides values that replace those of the file, by dotted key, in the order given
 * @param dryRun print the resolved configuration and stop
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
