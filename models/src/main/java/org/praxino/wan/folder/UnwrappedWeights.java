package org.praxino.wan.folder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.praxino.io.RenamedWeights;
import org.praxino.io.WeightFile;
import org.praxino.tensor.ForwardingWeights;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;

/** Weights of an open file without the prefixes of wrappers; closing it closes the file. */
record UnwrappedWeights(WeightFile file, WeightSource source) implements WeightFile, ForwardingWeights {
    /** What wrappers of PyTorch leave anywhere in names. */
    private static final List<String> WRAPPERS = List.of("_fsdp_wrapped_module.", "_checkpoint_wrapped_module.", "_orig_mod.");

    /** What programs put before all names: PyTorch's DDP and DeepSpeed, ComfyUI, Lightning, their own classes. */
    private static final List<String> PREFIXES = List.of("module.", "state_dict.", "model.", "diffusion_model.");

    /** Of these, those that never name a network. */
    private static final List<String> OUTER = List.of("module.", "state_dict.");

    /** Beginnings of what a training keeps beside its networks. */
    private static final List<String> TRAINING = List.of("optimizer", "optim.", "lr_scheduler", "scheduler", "scaler", "rng_", "random_");

    /**
     * The names below {@code prefix}, without it and without what wrappers left.
     *
     * @throws UserException when two of the names are one without these
     */
    static WeightSource below(WeightSource source, String prefix) {
        Map<String, String> stored = new LinkedHashMap<>();
        for (String name : source.names()) {
            String outer = unwrapped(name);
            if (outer.startsWith(prefix) && !isTraining(outer)) {
                String clean = withoutPrefixes(outer.substring(prefix.length()), PREFIXES);
                String other = stored.put(clean, name);
                if (other != null) {
                    throw new UserException("Two weights are both called " + clean + " without what training programs put before names: " + other
                            + " and " + name + "; keep one of the two.");
                }
            }
        }
        return new RenamedWeights(source, stored);
    }

    private static boolean isTraining(String name) {
        return TRAINING.stream().anyMatch(name::startsWith);
    }

    /** A name without what wrappers left in it and before it; what stands for a network, as {@code model.} may, stays. */
    static String unwrapped(String name) {
        String clean = name;
        for (String wrapper : WRAPPERS) {
            clean = clean.replace(wrapper, "");
        }
        return withoutPrefixes(clean, OUTER);
    }

    private static String withoutPrefixes(String name, List<String> prefixes) {
        String clean = name;
        for (boolean more = true; more;) {
            more = false;
            for (String prefix : prefixes) {
                if (clean.startsWith(prefix)) {
                    clean = clean.substring(prefix.length());
                    more = true;
                }
            }
        }
        return clean;
    }

    @Override
    public void close() {
        file.close();
    }
}
