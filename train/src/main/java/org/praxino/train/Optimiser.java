package org.praxino.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Muon;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/** The optimiser of a run: Muon for the matrices that the objective names, where it is configured, and AdamW for all other weights. */
final class Optimiser implements AutoCloseable {
    private final Optimisation config;
    private final AdamW adam;
    private final @Nullable Muon muon;

    Optimiser(Optimisation config, Objective objective) {
        this.config = config;
        var matrices = new LinkedHashMap<String, Tensor>();
        var others = new LinkedHashMap<>(objective.params().all());
        if (config.muon() != null) {
            objective.muonWeights().forEach(name -> matrices.put(name, others.remove(name)));
            if (matrices.isEmpty()) {
                throw new ConfigException("muon is set, but this kind of training has no matrices for it: leave muon out");
            }
        }
        this.adam = new AdamW(others, new AdamW.Settings(config.beta1(), config.beta2(), 1e-8, config.weightDecay()));
        this.muon = config.muon() == null ? null : new Muon(matrices, config.muon());
    }

    /** One update with the accumulated gradients. @param seen samples before it, which decide the learning rates */
    void step(long seen) {
        double rate = config.rate(seen);
        adam.step(rate);
        if (muon != null) {
            muon.step(rate / config.learningRate());
        }
    }

    /** Updates done. */
    long steps() {
        return adam.steps();
    }

    /** Moments by weight name, for a checkpoint. */
    Map<String, Tensor> state() {
        var out = new LinkedHashMap<>(adam.state());
        if (muon != null) {
            out.putAll(muon.state());
        }
        return out;
    }

    /** Takes the moments of a checkpoint. */
    void restore(WeightSource source, long steps) {
        adam.restore(source, steps);
        if (muon != null) {
            muon.restore(source);
        }
    }

    @Override
    public void close() {
        adam.close();
        if (muon != null) {
            muon.close();
        }
    }
}
