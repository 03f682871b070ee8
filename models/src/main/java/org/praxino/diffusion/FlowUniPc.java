package org.praxino.diffusion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * UniPC of order 2 on the straight path (Zhao et al. 2023, arXiv 2302.04867, algorithms 5 to 8 with B(h) = e^h − 1 and data prediction):
 * a multistep predictor, and a corrector that uses each network call a second time. λ = ln(α/σ) with α = 1 − σ.
 */
public final class FlowUniPc {
    private FlowUniPc() {}

    /**
     * @param sigma share of noise that the step starts from
     * @param next the share that it leads to, 0 in the last one
     * @param timestep input of the network, a whole number in the published samplers
     */
    public record Stage(double sigma, double next, double timestep) {}

    /** The steps of diffusers' scheduler: even shares from 1 toward 1/1000, shifted; the first a little below 1, where λ is finite. */
    public static List<Stage> stages(FlowMatching schedule, int steps) {
        return stages(schedule, steps, 1, 1.0 / schedule.steps());
    }

    /** The steps of Wan's own program: even shares from 0.999 toward 0, shifted. */
    public static List<Stage> wanStages(FlowMatching schedule, int steps) {
        return stages(schedule, steps, 1 - 1.0 / schedule.steps(), 0);
    }

    private static List<Stage> stages(FlowMatching schedule, int steps, double first, double last) {
        if (steps < 1) {
            throw new UserException(steps + " sampling steps are impossible: take at least 1");
        }
        double[] sigmas = new double[steps + 1];
        for (int i = 0; i < steps; i++) {
            sigmas[i] = Math.min(1 - 1e-6, schedule.shifted(first + (last - first) * i / steps));
        }
        var out = new ArrayList<Stage>();
        for (int i = 0; i < steps; i++) {
            out.add(new Stage(sigmas[i], sigmas[i + 1], Math.floor(sigmas[i] * schedule.steps())));
        }
        return List.copyOf(out);
    }

    /**
     * @param noise the start, standard normal, [B, C, T, H, W]
     * @param denoise predicts the velocity; its level is a stage's {@code timestep}
     * @return the clean latent, in the caller's scope
     */
    public static Tensor sample(List<Stage> stages, Tensor noise, ModelFunction denoise, StepListener listener) {
        try (var guard = Grad.off();
                var run = new Run()) {
            Tensor x = noise;
            for (int i = 0; i < stages.size(); i++) {
                Stage stage = stages.get(i);
                Tensor next;
                try (var scope = Scope.open("sampling step")) {
                    Tensor velocity = denoise.predict(x, stage.timestep(), i);
                    Tensor x0 = mix(x, 1, velocity, -stage.sigma());
                    Tensor corrected = i == 0 ? x : run.correct(x0, stages, i);
                    run.push(corrected, x0);
                    // The last step is of order 1: its λ is infinite.
                    next = scope.keep(run.predict(stages, i, i + 1 < stages.size()));
                    listener.stepped(i + 1, stages.size(), next, x0);
                }
                if (x != noise) {
                    x.close();
                }
                x = next;
            }
            return x;
        }
    }

    /** State of one run: the last (corrected) sample and the two last estimates of the clean latent, all owned. */
    private static final class Run implements AutoCloseable {
        private @Nullable Tensor state;
        private final Deque<Tensor> estimates = new ArrayDeque<>(); // the newest first
        private int order; // of the predictor's last step

        void push(Tensor x, Tensor x0) {
            if (state != null) {
                state.close();
            }
            state = x.copy().own();
            estimates.addFirst(x0.copy().own());
            if (estimates.size() > 2) {
                estimates.removeLast().close();
            }
        }

        /** From the state at stage i to that at its end. */
        Tensor predict(List<Stage> stages, int i, boolean second) {
            Stage s = stages.get(i);
            Tensor m0 = estimates.getFirst();
            double h = lambda(s.next()) - lambda(s.sigma());
            double phi = Math.expm1(-h); // 0 < -phi ≤ 1
            Tensor x = mix(Objects.requireNonNull(state), s.next() / s.sigma(), m0, -(1 - s.next()) * phi);
            order = second && estimates.size() == 2 ? 2 : 1;
            if (order == 1) {
                return x;
            }
            double r = (lambda(stages.get(i - 1).sigma()) - lambda(s.sigma())) / h;
            double weight = -(1 - s.next()) * phi * 0.5 / r;
            return mix(x, 1, mix(estimates.getLast(), 1, m0, -1), weight);
        }

        /** The state at stage i again, now that the clean latent has been estimated there. */
        Tensor correct(Tensor x0, List<Stage> stages, int i) {
            Stage before = stages.get(i - 1);
            Tensor m0 = estimates.getFirst();
            double here = stages.get(i).sigma();
            double h = lambda(here) - lambda(before.sigma());
            double phi = Math.expm1(-h);
            double b1 = phi / -h - 1; // h·φ₂ and 2·h·φ₃ of the paper, both over B(h) below
            double b2 = b1 / -h - 0.5;
            Tensor x = mix(Objects.requireNonNull(state), here / before.sigma(), m0, -(1 - here) * phi);
            double scale = -(1 - here) * phi;
            Tensor change = mix(x0, 1, m0, -1);
            if (order == 1) {
                return mix(x, 1, change, scale * 0.5);
            }
            double r = (lambda(stages.get(i - 2).sigma()) - lambda(before.sigma())) / h;
            double right1 = b1 / phi;
            double right2 = 2 * b2 / phi;
            double rho0 = (right1 - right2) / (1 - r); // of [1 1; r 1]·ρ = [right1; right2]
            double rho1 = right1 - rho0;
            Tensor older = mix(estimates.getLast(), 1, m0, -1);
            return mix(mix(x, 1, older, scale * rho0 / r), 1, change, scale * rho1);
        }

        @Override
        public void close() {
            if (state != null) {
                state.close();
            }
            estimates.forEach(Tensor::close);
        }
    }

    private static double lambda(double sigma) {
        return Math.log1p(-sigma) - Math.log(sigma); // +∞ at 0
    }

    /** {@code a·p + b·q} in double, as a. */
    private static Tensor mix(Tensor a, double p, Tensor b, double q) {
        return a.to(DType.F64).mul(p).add(b.to(DType.F64).mul(q)).to(a.dtype());
    }
}
