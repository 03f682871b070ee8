package org.praxino.io;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/** Weights under other names. @param stored new name to stored name */
public record RenamedWeights(WeightSource source, Map<String, String> stored) implements WeightSource {

    /** {@code source} without {@code prefix} before its names; unchanged when no name has it. */
    public static WeightSource dropPrefix(WeightSource source, String prefix) {
        if (source.names().stream().noneMatch(n -> n.startsWith(prefix))) {
            return source;
        }
        Map<String, String> stored = new LinkedHashMap<>();
        for (String name : source.names()) {
            stored.put(name.startsWith(prefix) ? name.substring(prefix.length()) : name, name);
        }
        return new RenamedWeights(source, stored);
    }

    /** The weights whose names begin with {@code prefix}, without it. */
    public static WeightSource below(WeightSource source, String prefix) {
        Map<String, String> stored = new LinkedHashMap<>();
        source.names().stream().filter(n -> n.startsWith(prefix)).forEach(n -> stored.put(n.substring(prefix.length()), n));
        return new RenamedWeights(source, stored);
    }

    /** {@code source} with {@code alias} called {@code name}, and without {@code alias} where it has both. */
    public static WeightSource merge(WeightSource source, String name, String alias) {
        if (!source.names().contains(alias)) {
            return source;
        }
        Map<String, String> stored = new LinkedHashMap<>();
        source.names().forEach(n -> stored.put(n, n));
        stored.remove(alias);
        stored.putIfAbsent(name, alias);
        return new RenamedWeights(source, stored);
    }

    @Override
    public Set<String> names() {
        return stored.keySet();
    }

    @Override
    public long[] shape(String name) {
        return source.shape(stored.getOrDefault(name, name));
    }

    @Override
    public DType dtype(String name) {
        return source.dtype(stored.getOrDefault(name, name));
    }

    @Override
    public Tensor read(String name) {
        return source.read(stored.getOrDefault(name, name));
    }

    @Override
    public Tensor view(String name) {
        return source.view(stored.getOrDefault(name, name));
    }
}
