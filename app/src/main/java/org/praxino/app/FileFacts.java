package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.praxino.io.safetensors.WeightFiles;
import org.praxino.tensor.UserException;

/** What a file holds, in words. */
final class FileFacts {
    private FileFacts() {}

    static Map<String, String> of(Path file) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json")) {
            return weights(file);
        }
        throw new UserException("'" + file + "' is not a kind of file that info reads: give a model, or weights in .safetensors");
    }

    private static Map<String, String> weights(Path file) throws IOException {
        var facts = new LinkedHashMap<String, String>();
        try (var weights = WeightFiles.open(file)) {
            var dtypes = new TreeMap<String, Long>();
            weights.names().forEach(n -> dtypes.merge(weights.dtype(n).name(), 1L, Long::sum));
            facts.put("file", file + String.format(Locale.ROOT, ", %.1f MB", Files.size(file) / 1e6));
            facts.put("tensors", weights.names().size() + ", " + ModelFacts.count(ModelFacts.parameters(weights)) + " numbers");
            facts.put("types", dtypes.toString().replaceAll("[{}]", "").replace("=", " x "));
            for (String n : new TreeSet<>(weights.names())) {
                facts.put("  " + n, weights.dtype(n) + " " + Arrays.toString(weights.shape(n)));
            }
        }
        return facts;
    }
}
