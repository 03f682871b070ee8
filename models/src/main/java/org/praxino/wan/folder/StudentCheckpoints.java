package org.praxino.wan.folder;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.io.WeightFile;
import org.praxino.io.model.WeightFormats;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;

/** The networks inside a student's checkpoint: {@code generator_ema} (Self-Forcing), {@code generator}, {@code critic} (CausVid), {@code model}. */
final class StudentCheckpoints {
    /** In the order of preference. */
    private static final List<String> KNOWN = List.of("generator_ema", "generator", "model");

    private StudentCheckpoints() {}

    /** The networks of a file; empty when its names are a network's own. */
    static Set<String> networks(WeightSource file) {
        var found = new LinkedHashSet<String>();
        for (String stored : file.names()) {
            String name = UnwrappedWeights.unwrapped(stored);
            String first = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            if (KNOWN.contains(first) || first.equals("critic")) {
                found.add(first);
            }
        }
        return found;
    }

    /** Whether a file holds a transformer of Wan 2.1, by its names; what cannot be read is none. */
    static boolean isOne(Path file) {
        try (WeightFile weights = WeightFormats.open(file)) {
            Set<String> names = network(weights, null, file.toString()).names();
            return names.contains("patch_embedding.weight")
                    && (names.contains("time_projection.1.weight") || names.contains("condition_embedder.time_proj.weight"));
        } catch (UserException e) {
            return false;
        }
    }

    /** Why a file of weights cannot be read; null when it can. */
    static @Nullable String problem(Path file) {
        try (WeightFile weights = WeightFormats.open(file)) {
            return null;
        } catch (UserException e) {
            return e.getMessage();
        }
    }

    /**
     * One network of a file under its own names.
     *
     * @param asked its name in the file, or null for the one that generates best
     * @throws UserException when it is not there, naming those there are
     */
    static WeightSource network(WeightSource file, @Nullable String asked, String what) {
        Set<String> there = networks(file);
        if (asked != null && !there.contains(asked)) {
            throw new UserException("There is no \"" + asked + "\" in " + what + "; it has "
                    + (there.isEmpty() ? "one network without a name" : String.join(", ", there)) + ".");
        }
        @Nullable String chosen = asked != null ? asked : KNOWN.stream().filter(there::contains).findFirst().orElse(null);
        return UnwrappedWeights.below(file, chosen == null ? "" : chosen + ".");
    }
}
