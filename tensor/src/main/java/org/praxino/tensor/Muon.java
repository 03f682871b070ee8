package org.praxino.tensor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Muon (Jordan et al. 2024; Liu et al. 2025, arXiv 2502.16982): Nesterov momentum whose direction is made nearly orthogonal by five
 * Newton-Schulz steps, so that all singular values of an update are about 1. For the matrices inside a network; embeddings, the first
 * and last layer, norms and biases belong to {@link AdamW}. A convolution kernel [O, I, k...] counts as a matrix [O, I·k...].
 *
 * <p>The update is scaled by √max(1, rows/columns). Momentum tensors have names, so that a resumed run continues bit-equal.
 */
public final class Muon implements AutoCloseable {
    /**
     * @param learningRate at its highest
     * @param momentum μ of the Nesterov momentum
     * @param weightDecay decoupled weight decay
     */
    public record Settings(double learningRate, double momentum, double weightDecay) {
        public Settings {
            if (!(learningRate > 0) || !(momentum >= 0 && momentum < 1) || !(weightDecay >= 0)) {
                throw new ConfigException("muon learningRate=" + learningRate + " must be positive, momentum=" + momentum
                        + " must lie in [0, 1) and weightDecay=" + weightDecay + " must not be negative");
            }
        }
    }

    private static final int STEPS = 5;
    /** Coefficients of the quintic X ← aX + (bA + cA²)X with A = XXᵀ. */
    private static final double A = 3.4445;
    private static final double B = -4.7750;
    private static final double C = 2.0315;

    private record State(Tensor weight, Tensor momentum) {}

    private final Settings settings;
    private final Map<String, State> states = new LinkedHashMap<>();

    /** @param weights by name, each of two or more dimensions; not owned */
    public Muon(Map<String, Tensor> weights, Settings settings) {
        this.settings = settings;
        try (var guard = Grad.off();
                var scope = Scope.open("muon")) {
            weights.forEach((name, w) -> {
                if (w.dim() < 2) {
                    throw new IllegalArgumentException(name + " is no matrix: it has " + w.dim() + " dimension(s)");
                }
                states.put(name, new State(w, Tensor.zeros(DType.F32, w.device(), w.shape()).own()));
            });
        }
    }

    /** One update with the accumulated gradients; weights without one stay as they are. @param share of the highest learning rate */
    public void step(double share) {
        double rate = settings.learningRate * share;
        try (var guard = Grad.off()) {
            for (State s : states.values()) {
                if (!s.weight.hasGrad()) {
                    continue;
                }
                try (var scope = Scope.open("muon.step")) {
                    Tensor weight = s.weight.detach();
                    Tensor gradient = s.weight.grad();
                    s.momentum.mulInPlace(settings.momentum).addInPlace(gradient);
                    long rows = weight.size(0);
                    long columns = weight.numel() / rows;
                    Tensor direction = gradient.add(s.momentum.mul(settings.momentum)).reshape(rows, columns);
                    double scale = rate * Math.sqrt(Math.max(1, (double) rows / columns));
                    Tensor update = orthogonal(direction).mul(-scale).reshape(weight.shape());
                    weight.mulInPlace(1 - rate * settings.weightDecay).addInPlace(update);
                }
            }
        }
    }

    /** Newton-Schulz: singular values of the result lie near 1. @param matrix [rows, columns] */
    static Tensor orthogonal(Tensor matrix) {
        boolean tall = matrix.size(0) > matrix.size(1);
        Tensor x = tall ? matrix.transpose(0, 1).contiguous() : matrix;
        x = x.div(x.square().sum().sqrt().add(1e-7));
        for (int i = 0; i < STEPS; i++) {
            Tensor a = x.matmul(x.transpose(0, 1)); // [r, r], r the shorter side
            Tensor polynomial = a.mul(B).add(a.matmul(a).mul(C));
            x = x.mul(A).add(polynomial.matmul(x));
        }
        return tall ? x.transpose(0, 1) : x;
    }

    /** Momentum by weight name, for a checkpoint: {@code NAME.momentum}. */
    public Map<String, Tensor> state() {
        var out = new LinkedHashMap<String, Tensor>();
        states.forEach((name, s) -> out.put(name + ".momentum", s.momentum));
        return out;
    }

    /** Takes {@link #state} back. */
    public void restore(WeightSource source) {
        try (var guard = Grad.off();
                var scope = Scope.open("muon.restore")) {
            state().forEach((name, t) -> t.copyFrom(source.read(name)));
        }
    }

    @Override
    public void close() {
        states.values().forEach(s -> s.momentum.close());
        states.clear();
    }
}
