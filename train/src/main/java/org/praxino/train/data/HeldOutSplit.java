package org.praxino.train.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.praxino.io.Sha256;

/**
 * Chooses the held-out base names: a fixed share of each stratum, by hash of the name.
 *
 * <p>A name is held out with all its genders and skin tones. The choice depends on names alone, not on order or on the machine.
 */
public final class HeldOutSplit {

    private static final String SALT = "praxino held-out 1: ";

    private HeldOutSplit() {}

    /** The held-out ones of {@code stratumByBase} (base name to stratum): {@code share} of each stratum, rounded. */
    public static Set<String> choose(Map<String, String> stratumByBase, double share) {
        return choose(stratumByBase, share, Integer.MAX_VALUE);
    }

    /** The same, with at least one of every stratum of {@code enough} names or more. */
    public static Set<String> choose(Map<String, String> stratumByBase, double share, int enough) {
        Map<String, List<String>> strata = new TreeMap<>();
        stratumByBase.forEach((base, stratum) -> strata.computeIfAbsent(stratum, s -> new ArrayList<>()).add(base));
        Set<String> out = new HashSet<>();
        for (List<String> bases : strata.values()) {
            bases.sort(Comparator.comparing((String base) -> Sha256.ofText(SALT + base)).thenComparing(b -> b));
            int least = bases.size() >= enough ? 1 : 0;
            out.addAll(bases.subList(0, Math.max(least, (int) Math.round(share * bases.size()))));
        }
        return Set.copyOf(out);
    }
}
