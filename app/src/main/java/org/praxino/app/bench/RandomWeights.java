package org.praxino.app.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.praxino.tensor.DType;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/** Random weights for benchmarks: a million random numbers, repeated. */
record RandomWeights(Map<String, long[]> shapes, Tensor tile) implements WeightSource, AutoCloseable {
    private static final int TILE = 1 << 20;

    /** Names and shapes of weights that may have no values. */
    static Map<String, long[]> shapes(Params counted) {
        var shapes = new LinkedHashMap<String, long[]>();
        counted.all().forEach((name, t) -> shapes.put(name, t.shape()));
        return shapes;
    }

    static RandomWeights of(Map<String, long[]> shapes) {
        try (var scope = Scope.open("tile")) {
            return new RandomWeights(shapes, RandomStream.of(1, "tile").normal(TILE).mul(0.02).own());
        }
    }

    @Override
    public Set<String> names() {
        return shapes.keySet();
    }

    @Override
    public long[] shape(String name) {
        return Objects.requireNonNull(shapes.get(name), name);
    }

    @Override
    public DType dtype(String name) {
        return DType.F32;
    }

    @Override
    public Tensor read(String name) {
        long[] shape = shape(name);
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        long times = (count + TILE - 1) / TILE;
        return (times == 1 ? tile : tile.repeat(times)).narrow(0, 0, count).reshape(shape);
    }

    @Override
    public void close() {
        tile.close();
    }
}
