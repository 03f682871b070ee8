package org.praxino.app.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.JsonResult;
import org.praxino.tensor.UserException;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltPresets;

/**
 * Options of a benchmark.
 *
 * @param model name of a bundled model, or a model folder
 * @param json JSON output file, or null
 * @param repeats repetitions, of which the best counts
 * @param preset published shape with random weights in place of the model, or null
 */
public record BenchOptions(String model, @Nullable Path json, int repeats, @Nullable PresetOptions preset) implements JsonResult {
    /**
     * A published shape.
     *
     * @param name of the preset
     * @param batch clips of a pass
     * @param fullAttention whether spatiotemporal layers see the whole frame in place of windows
     */
    public record PresetOptions(String name, int batch, boolean fullAttention) {
        public PresetOptions {
            if (batch < 1 || batch > 4096) {
                throw new UserException("--batch " + batch + " is not possible: give a number from 1 to 4096");
            }
        }

        /** Its shape. */
        WaltConfig network() {
            WaltConfig preset = WaltPresets.named(name);
            return fullAttention ? preset.withFullAttention() : preset;
        }
    }

    /** Of a model. */
    public BenchOptions(String model, @Nullable Path json, int repeats) {
        this(model, json, repeats, null);
    }

    public BenchOptions {
        if (repeats < 1 || repeats > 1000) {
            throw new UserException("--repeats " + repeats + " is not possible: give a number from 1 to 1000");
        }
    }
}
