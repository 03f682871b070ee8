package org.praxino.wan.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.praxino.tensor.DType;
import org.praxino.tensor.WeightException;
import org.praxino.tensor.WeightSource;

/**
 * Compares the weights of a part with its network.
 *
 * @param file where the weights are
 * @param tensors that there are
 * @param parameters numbers in them
 * @param bytes of them
 * @param types how many tensors are of each
 * @param missing names the network asks for in vain
 * @param unexpected names it does not know
 * @param misshaped names with a shape other than it wants, with both shapes
 */
public record PartCheck(
        Path file, int tensors, long parameters, long bytes, Map<DType, Long> types, List<String> missing, List<String> unexpected, List<String> misshaped) {
    private static final int NAMES = 3;

    public PartCheck {
        types = Map.copyOf(types);
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        misshaped = List.copyOf(misshaped);
    }

    /** @param aside beginnings of names that are passed over */
    static PartCheck of(Path file, WeightSource weights, Map<String, long[]> expected, List<String> aside) {
        var missing = new ArrayList<String>();
        var unexpected = new ArrayList<String>();
        var misshaped = new ArrayList<String>();
        var types = new TreeMap<DType, Long>();
        long parameters = 0;
        long bytes = 0;
        for (String name : new TreeSet<>(weights.names())) {
            long[] shape = weights.shape(name);
            DType type = weights.dtype(name);
            long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            parameters += count;
            bytes += count * type.bytes();
            types.merge(type, 1L, Long::sum);
            long[] wanted = expected.get(name);
            if (wanted == null) {
                if (aside.stream().noneMatch(name::startsWith)) {
                    unexpected.add(name);
                }
            } else if (!Arrays.equals(wanted, shape)) {
                misshaped.add(name + " " + Arrays.toString(shape) + " instead of " + Arrays.toString(wanted));
            }
        }
        expected.keySet().stream().filter(n -> !weights.names().contains(n)).forEach(missing::add);
        return new PartCheck(file, weights.names().size(), parameters, bytes, types, missing, unexpected, misshaped);
    }

    /** Whether the network can be loaded from it. */
    public boolean fits() {
        return missing.isEmpty() && unexpected.isEmpty() && misshaped.isEmpty();
    }

    /** @throws WeightException saying what does not fit, some of each kind by name */
    public void require() {
        if (!fits()) {
            String all = Stream.of(some("missing", missing), some("unexpected", unexpected), some("of another shape", misshaped))
                    .filter(s -> !s.isEmpty()).collect(Collectors.joining("; "));
            throw new WeightException(file + " does not fit the network (praxino info tells more): " + all);
        }
    }

    private static String some(String what, List<String> names) {
        return names.isEmpty() ? "" : names.size() + " " + what + ", such as " + names.stream().limit(NAMES).collect(Collectors.joining(", "));
    }
}
