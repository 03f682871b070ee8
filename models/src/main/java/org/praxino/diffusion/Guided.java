package org.praxino.diffusion;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.Levels;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * A denoiser with its condition and guidance, ready for a sampler. Both halves of guidance run in one forward; where the weight is
 * 1 only the conditional half runs. With self-conditioning it feeds each step the estimate of the step before (Chen et al. 2022).
 */
public final class Guided implements ModelFunction, AutoCloseable {
    private final Denoiser denoiser;
    private final Process process;
    private final DenoiserInput request;
    private final Condition both; // the request's, then the negative one
    private final Guidance guidance;
    private final GuidedBy guidedBy;
    private final AttentionPolicy policy;
    private final boolean selfConditioning;
    private @Nullable Conditioned single; // the request's, owned
    private @Nullable Conditioned pair; // of both halves, owned
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
        this(denoiser, process, request, negative, guidance, GuidedBy.CONDITION, policy, selfConditioning);
    }

    /** As the other one. @param guidedBy what the other half is made without */
    public Guided(
            Denoiser denoiser,
            Process process,
            DenoiserInput request,
            Condition negative,
            Guidance guidance,
            GuidedBy guidedBy,
            AttentionPolicy policy,
            boolean selfConditioning) {
        this.denoiser = denoiser;
        this.process = process;
        this.request = request;
        this.both = Condition.concat(request.condition(), guidedBy == GuidedBy.FRAMES ? request.condition() : negative);
        this.guidedBy = guidedBy;
        this.guidance = guidance;
        this.policy = policy;
        this.selfConditioning = selfConditioning;
    }

    @Override
    public Tensor predict(Tensor x, double level, int step) {
        try (var scope = Scope.open("guided")) {
            int batch = (int) x.size(0);
            DenoiserInput in = request.withNoisy(x, Levels.all(level, batch, (int) x.size(2))).withSelfEstimate(selfConditioning && step > 0 ? estimate : null);
            double weight = guidance.weight(level / process.schedule().steps());
            Tensor predicted;
            if (weight == 1) {
                single = single == null ? denoiser.prepare(request.condition(), batch) : single;
                predicted = denoiser.predict(in, single, policy);
            } else {
                pair = pair == null ? denoiser.prepare(both, 2 * batch) : pair;
                List<Tensor> halves = denoiser.predict(twice(in), pair, policy).chunk(2, 0); // conditional, unconditional
                predicted = halves.get(1).mul(1 - weight).add(halves.get(0).mul(weight));
            }
            if (selfConditioning) {
                Tensor next = process.x0(predicted, x, level).detach().own();
                dropEstimate();
                estimate = next;
            }
            return scope.keep(predicted);
        }
    }

    private DenoiserInput twice(DenoiserInput in) {
        DenoiserInput twice = in.twice(both);
        GivenFrames given = in.given();
        return given == null || guidedBy == GuidedBy.CONDITION ? twice : twice.withGiven(given.andNothing());
    }

    @Override
    public void close() {
        dropEstimate();
        for (Conditioned conditioned : new @Nullable Conditioned[] {single, pair}) {
            if (conditioned != null) {
                conditioned.close();
            }
        }
        single = null;
        pair = null;
    }

    private void dropEstimate() {
        if (estimate != null) {
            estimate.close();
            estimate = null;
        }
    }
}
