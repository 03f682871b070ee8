package org.praxino.wan.folder;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.praxino.io.WeightFile;
import org.praxino.io.model.WeightFormats;
import org.praxino.tensor.DType;
import org.praxino.tensor.ForwardingWeights;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;

/**
 * Weights with a low-rank adapter (LoRA) added (Hu et al. 2021, arXiv 2106.09685, section 4.1): {@code W + B A},
 * with the adapter's alpha equal to its rank, as published ones of Wan's students have it. Sums are made in fp32, one matrix at a time.
 *
 * @param pairs names of A and B, by the name of the matrix that they change
 */
record LoraWeights(WeightFile source, WeightFile adapter, Map<String, Pair> pairs) implements WeightFile, ForwardingWeights {
    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";

    /** Dictionaries that a file may hold its adapter in, before what its library writes into names. */
    private static final String OWN = "generator_lora.";

    private static final List<String> PREFIXES = List.of("base_model.model.", "diffusion_model.", "model.");

    /** @param down name of A, [rank, in] @param up name of B, [out, rank] */
    record Pair(String down, String up) {}

    /**
     * @param base stays the caller's when this fails
     * @param file the adapter's
     * @throws UserException when the adapter cannot be read, or is not one for these weights
     */
    static WeightFile of(WeightFile base, Path file) {
        WeightFile adapter = WeightFormats.open(file);
        try {
            return new LoraWeights(base, adapter, pairs(base, adapter, file));
        } catch (RuntimeException e) {
            adapter.close();
            throw e;
        }
    }

    private static Map<String, Pair> pairs(WeightSource base, WeightSource adapter, Path file) {
        Set<String> own = new TreeSet<>(adapter.names());
        if (own.stream().anyMatch(n -> n.startsWith(OWN))) {
            own.removeIf(n -> !n.startsWith(OWN)); // the critic's is there for training
        }
        var down = new TreeMap<String, String>();
        var up = new TreeMap<String, String>();
        for (String name : own) {
            String clean = clean(name);
            if (clean.endsWith(DOWN)) {
                down.put(clean.replace(DOWN, ".weight"), name);
            } else if (clean.endsWith(UP)) {
                up.put(clean.replace(UP, ".weight"), name);
            } else {
                throw new UserException(file + " is an adapter (LoRA) of a kind that is not known: it has " + name
                        + ", where names end in lora_A.weight"
                        + " and lora_B.weight; take the weights with it merged in.");
            }
        }
        var pairs = new LinkedHashMap<String, Pair>();
        for (String name : down.keySet()) {
            String b = up.remove(name);
            if (b == null || !fits(base, adapter, name, down.get(name), b)) {
                throw mismatch(file, name);
            }
            pairs.put(name, new Pair(down.get(name), b));
        }
        if (pairs.isEmpty() || !up.isEmpty()) {
            throw mismatch(file, up.isEmpty() ? "nothing" : up.firstKey());
        }
        return pairs;
    }

    private static String clean(String name) {
        String clean = UnwrappedWeights.unwrapped(name.startsWith(OWN) ? name.substring(OWN.length()) : name).replace(".default.", ".");
        for (String prefix : PREFIXES) {
            clean = clean.startsWith(prefix) ? clean.substring(prefix.length()) : clean;
        }
        return clean;
    }

    private static boolean fits(WeightSource base, WeightSource adapter, String name, String down, String up) {
        if (!base.names().contains(name)) {
            return false;
        }
        long[] w = base.shape(name);
        long[] a = adapter.shape(down);
        long[] b = adapter.shape(up);
        return w.length == 2 && a.length == 2 && b.length == 2 && a[0] == b[1] && b[0] == w[0] && a[1] == w[1];
    }

    private static UserException mismatch(Path file, String name) {
        return new UserException(file + " is an adapter (LoRA) of another network: what it has for " + name
                + " does not fit the checkpoint beside it; keep it"
                + " elsewhere.");
    }

    /** Bytes that change when the adapter does: those of its first pair. */
    byte[] sample() {
        try (var scope = Scope.open("adapter")) {
            Pair first = pairs.values().iterator().next();
            return adapter.read(first.up).to(DType.F32).matmul(adapter.read(first.down).to(DType.F32)).sum(false, 0).toByteArray();
        }
    }

    @Override
    public Tensor read(String name) {
        @Nullable Pair pair = pairs.get(name);
        return pair == null ? source.read(name) : sum(name, pair);
    }

    @Override
    public Tensor view(String name) {
        @Nullable Pair pair = pairs.get(name);
        return pair == null ? source.view(name) : sum(name, pair);
    }

    private Tensor sum(String name, Pair pair) {
        try (var scope = Scope.open("adapter")) {
            Tensor w = source.view(name);
            Tensor change = adapter.view(pair.up).to(DType.F32).matmul(adapter.view(pair.down).to(DType.F32)); // [out, rank] [rank, in] -> [out, in]
            return scope.keep(change.add(w.to(DType.F32)).to(w.dtype()));
        }
    }

    @Override
    public void close() {
        try {
            source.close();
        } finally {
            adapter.close();
        }
    }
}
