package org.praxino.wan.folder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.praxino.io.RenamedWeights;
import org.praxino.io.WeightFile;
import org.praxino.tensor.ForwardingWeights;
import org.praxino.tensor.WeightSource;

/** Weights of an open file under names without what wrappers added; closing it closes the file. */
record UnwrappedWeights(WeightFile file, WeightSource source) implements WeightFile, ForwardingWeights {
    /** What wrappers of PyTorch leave in names. */
    private static final List<String> WRAPPERS = List.of("_fsdp_wrapped_module.", "_checkpoint_wrapped_module.", "_orig_mod.");

    /** The names below {@code prefix}, without it and without what wrappers left. */
    static WeightSource below(WeightSource source, String prefix) {
        Map<String, String> stored = new LinkedHashMap<>();
        for (String name : source.names()) {
            if (name.startsWith(prefix)) {
                String clean = unwrapped(name.substring(prefix.length()));
                stored.put(clean.startsWith("model.") ? clean.substring("model.".length()) : clean, name);
            }
        }
        return new RenamedWeights(source, stored);
    }

    /** A name without what wrappers left in it. */
    static String unwrapped(String name) {
        String clean = name;
        for (String wrapper : WRAPPERS) {
            clean = clean.replace(wrapper, "");
        }
        return clean;
    }

    @Override
    public void close() {
        file.close();
    }
}
