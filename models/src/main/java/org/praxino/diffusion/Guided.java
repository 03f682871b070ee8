package org.praxino.diffusion;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * A denoiser with its condition and guidance, ready for a sampler. Both halves of guidance run in one forward; where the weight is
 * 1 only the conditional half runs. With self-conditioning it feeds each step the estimate of the step before (Chen et al. 2022).
 */
public final class Guided implements Denoise, AutoCloseable {
    private final Denoiser denoiser;
    private final Process process;
    private final DenoiserInput request;
    private final Condition negative;
    private final Guidance guidance;
    private final AttentionPolicy policy;
    private final boolean selfConditioning;
    private @Nullable Tensor estimate; // owned, [B, C, T, H, W]

    /**
     * @param request what is asked for; its noisy latent and level are replaced at every step
     * @param negative what guidance leads away from, usually {@link Condition.None}
     */
    public Guided(
            Denoiser denoiser,
            Process process,
            DenoiserInput request,
            Condition negative,
            Guidance guidance,
            AttentionPolicy policy,
            boolean selfConditioning) {
        this.denoiser = denoiser;
        this.process = process;
        this.request = request;
        this.negative = negative;
        this.guidance = guidance;
        this.policy = policy;
        this.selfConditioning = selfConditioning;
    }

    @Override
    public Tensor predict(Tensor x, double level, int step) {
        try (var scope = Scope.open("guided")) {
            Tensor told = Levels.all(level, (int) x.size(0), (int) x.size(2)).tensor(x.device());
            DenoiserInput in = request.withNoisy(x, told).withSelfEstimate(selfConditioning && step > 0 ? estimate : null);
            double weight = guidance.weight(level / process.schedule().steps());
            Tensor predicted;
            if (weight == 1) {
                predicted = denoiser.predict(in, policy);
            } else {
                List<Tensor> halves = denoiser.predict(in.beside(negative), policy).chunk(2, 0); // cond, uncond
                predicted = halves.get(1).mul(1 - weight).add(halves.get(0).mul(weight));
            }
            if (selfConditioning) {
                Tensor next = process.x0(predicted, x, level).detach().own();
                close();
                estimate = next;
            }
            return scope.keep(predicted);
        }
    }

    @Override
    public void close() {
        if (estimate != null) {
            estimate.close();
            estimate = null;
        }
    }
}
