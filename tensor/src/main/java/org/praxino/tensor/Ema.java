package org.praxino.tensor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Exponential moving average of weights, in fp32. */
public final class Ema implements AutoCloseable {
    private final Map<String, Tensor> weights;
    private final Map<String, Tensor> averages = new LinkedHashMap<>();

    public Ema(Params params) {
        this.weights = params.all();
        try (var guard = Grad.off();
                var scope = Scope.open("ema")) {
            weights.forEach((name, w) -> averages.put(name, w.detach().to(DType.F32).copy().own()));
        }
    }

    /** average ← decay·average + (1 − decay)·weight. */
    public void update(double decay) {
        try (var guard = Grad.off();
                var scope = Scope.open("ema.update")) {
            averages.forEach((name, a) -> a.lerpInPlace(weight(name).detach(), 1 - decay));
        }
    }

    private Tensor weight(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    /** The averages under the weights' names. */
    public Map<String, Tensor> all() {
        return averages;
    }

    public void restore(WeightSource source) {
        try (var guard = Grad.off();
                var scope = Scope.open("ema.restore")) {
            averages.forEach((name, t) -> t.copyFrom(source.read(name)));
        }
    }

    /** Swaps averages and weights in place; the same call swaps them back. */
    public void swap() {
        try (var guard = Grad.off();
                var scope = Scope.open("ema.swap")) {
            averages.forEach((name, a) -> {
                Tensor w = weight(name);
                Tensor was = w.detach().copy();
                w.detach().copyFrom(a);
                a.copyFrom(was);
            });
        }
    }

    @Override
    public void close() {
        averages.values().forEach(Tensor::close);
        averages.clear();
    }
}
