package org.praxino.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.DType;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/**
 * The optimiser of weights that an objective trains beside the run's own, such as a discriminator's or a critic's. Weights, moments
 * and the number of updates go into the objective's state, so that a resumed run goes on bit-equal.
 */
public final class SecondOptimiser implements AutoCloseable {
    private static final String WEIGHT = "weight/";
    private static final String ADAM = "adam/";
    private static final String STEPS = "steps";

    private final Params params;
    private final AdamW adam;

    /** @param params not owned */
    public SecondOptimiser(Params params, AdamW.Settings settings) {
        this.params = params;
        this.adam = new AdamW(params, settings);
    }

    /**
     * One update with the accumulated gradients, which are then forgotten; none when a gradient is not finite.
     *
     * @param clip largest 2-norm of the gradient
     * @return the norm before clipping
     */
    public double step(double learningRate, double clip) {
        double norm = Gradients.clip(params.tensors(), clip);
        if (Double.isFinite(norm)) {
            adam.step(learningRate);
        }
        Gradients.clear(params.tensors());
        return norm;
    }

    /** Updates done. */
    public long steps() {
        return adam.steps();
    }

    /** Everything a resumed run needs; the number of updates rides along as a tensor. */
    public Map<String, Tensor> state() {
        var out = new LinkedHashMap<String, Tensor>();
        params.all().forEach((n, t) -> out.put(WEIGHT + n, t));
        adam.state().forEach((n, t) -> out.put(ADAM + n, t));
        out.put(STEPS, Tensor.of(new long[] {adam.steps()}));
        return out;
    }

    /** Takes {@link #state} back. */
    public void restore(WeightSource state) {
        params.all().forEach((n, t) -> t.detach().copyFrom(state.read(WEIGHT + n)));
        adam.restore(below(state, ADAM), state.read(STEPS).toLongArray()[0]);
    }

    /** The part of a source whose names begin with a prefix, without it. */
    public static WeightSource below(WeightSource all, String prefix) {
        return new Below(all, prefix);
    }

    private record Below(WeightSource all, String prefix) implements WeightSource {
        @Override
        public Set<String> names() {
            var out = new TreeSet<String>();
            all.names().stream().filter(n -> n.startsWith(prefix)).forEach(n -> out.add(n.substring(prefix.length())));
            return out;
        }

        @Override
        public long[] shape(String name) {
            return all.shape(prefix + name);
        }

        @Override
        public DType dtype(String name) {
            return all.dtype(prefix + name);
        }

        @Override
        public Tensor read(String name) {
            return all.read(prefix + name);
        }
    }

    @Override
    public void close() {
        adam.close();
    }
}
