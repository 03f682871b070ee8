package org.praxino.wan.folder;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;

/** The networks inside a student's checkpoint: {@code generator_ema} (Self-Forcing), {@code generator}, {@code critic} (CausVid), {@code model}. */
final class Students {
    /** In the order of preference. */
    private static final List<String> KNOWN = List.of("generator_ema", "generator", "model");

    private Students() {}

    /** The networks of a file; empty when its names are a network's own. */
    static Set<String> networks(WeightSource file) {
        var found = new LinkedHashSet<String>();
        for (String name : file.names()) {
            String first = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            if (KNOWN.contains(first) || first.equals("critic")) {
                found.add(first);
            }
        }
        return found;
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
        return Cleaned.below(file, chosen == null ? "" : chosen + ".");
    }
}
