package org.praxino.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.praxino.io.RenamedWeights;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/**
 * The optimiser of auxiliary weights, such as a discriminator's or a critic's. Weights, moments and step count are part of the objective's
 * state, so that resuming is bit-exact.
 */
public final class AuxiliaryOptimiser implements AutoCloseable {
    private static final String WEIGHT = "weight/";
    private static final String ADAM = "adam/";
    private static final String STEPS = "steps";

    private final Params params;
    private final AdamW adam;

    /** @param params not owned */
    public AuxiliaryOptimiser(Params params, AdamW.Settings settings) {
        this.params = params;
        this.adam = new AdamW(params, settings);
    }

    /**
     * Updates the weights with the accumulated gradients and clears them; skips the update if a gradient is not finite.
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

    /** State for resuming; the step count is stored as a tensor. */
    public Map<String, Tensor> state() {
        var out = new LinkedHashMap<String, Tensor>();
        params.all().forEach((n, t) -> out.put(WEIGHT + n, t));
        adam.state().forEach((n, t) -> out.put(ADAM + n, t));
        out.put(STEPS, Tensor.of(new long[] {adam.steps()}));
        return out;
    }

    /** Restores {@link #state}. */
    public void restore(WeightSource state) {
        params.all().forEach((n, t) -> t.detach().copyFrom(state.read(WEIGHT + n)));
        adam.restore(RenamedWeights.below(state, ADAM), state.read(STEPS).toLongArray()[0]);
    }

    @Override
    public void close() {
        adam.close();
    }
}
