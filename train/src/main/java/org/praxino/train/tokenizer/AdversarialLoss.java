package org.praxino.train.tokenizer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/**
 * The two sides of the adversarial loss as MAGVIT-v2 has it: non-saturating (Goodfellow et al. 2014), R1 on real clips (Mescheder
 * et al. 2018) every few steps, LeCam (Tseng et al. 2021). The free functions are the terms; the object joins them.
 */
public final class AdversarialLoss implements AutoCloseable {

    /**
     * @param r1 weight of R1; published: 10
     * @param r1Every steps between two R1 terms; the term is multiplied by this (Karras et al. 2020, "lazy"), so that it weighs the same
     * @param leCam weight of LeCam; published: 0.001
     * @param leCamDecay of its running means; published: 0.999
     */
    public record Config(double r1, int r1Every, double leCam, double leCamDecay) {
        public Config {
            if (!(r1 >= 0) || !(leCam >= 0) || r1Every < 1 || !(leCamDecay >= 0 && leCamDecay < 1)) {
                throw new ConfigException("adversarial loss with r1=" + r1 + ", r1Every=" + r1Every + ", leCam=" + leCam
                        + ", leCamDecay=" + leCamDecay + ": weights must not be negative, r1Every at least 1, the decay in [0, 1)");
            }
        }

        /** The published weights, R1 every 16 steps. */
        public static Config published() {
            return new Config(10, 16, 0.001, 0.999);
        }
    }

    private final Config config;
    private final Discriminator3d discriminator;
    private final LeCam leCam;

    /** @param discriminator not owned; its weights are trainable from now on */
    public AdversarialLoss(Config config, Discriminator3d discriminator) {
        this.config = config;
        this.discriminator = discriminator;
        this.leCam = new LeCam(config.leCamDecay());
        discriminator.params().trainable(true);
    }

    /** What the tokenizer minimises; no gradient reaches the discriminator's weights. @param fake [B, 3, T, H, W] with gradient */
    public Tensor generator(Tensor fake) {
        discriminator.params().trainable(false);
        try (var scope = Scope.open("AdversarialLoss.generator")) {
            return scope.keep(nonSaturating(discriminator.logits(fake)));
        } finally {
            discriminator.params().trainable(true);
        }
    }

    /** @param loss what the discriminator minimises @param parts of it, for the log, detached scalars */
    public record Terms(Tensor loss, Map<String, Tensor> parts) {}

    /**
     * The discriminator's side; moves LeCam's means.
     *
     * @param real [B, 3, T, H, W] in [-1, 1]
     * @param fake reconstructions, [B, 3, T, H, W]; taken without their gradient
     * @param step counts from 0; R1 is added when {@code r1Every} divides it
     */
    public Terms discriminator(Tensor real, Tensor fake, long step) {
        try (var scope = Scope.open("AdversarialLoss.discriminator")) {
            Map<String, Tensor> parts = new LinkedHashMap<>();
            Tensor onReal = discriminator.logits(real.detach());
            Tensor onFake = discriminator.logits(fake.detach());
            Tensor loss = discriminating(onReal, onFake);
            parts.put("d", loss);
            parts.put("d_real", onReal.mean());
            parts.put("d_fake", onFake.mean());
            if (config.leCam() > 0) {
                Tensor penalty = leCam.penalty(onReal, onFake);
                parts.put("lecam", penalty);
                loss = loss.add(penalty.mul(config.leCam()));
                leCam.update(onReal, onFake);
            }
            if (config.r1() > 0 && step % config.r1Every() == 0) {
                Tensor r1 = r1(discriminator, real);
                parts.put("r1", r1);
                loss = loss.add(r1.mul(config.r1() * config.r1Every()));
            }
            parts.replaceAll((name, value) -> scope.keep(value.detach()));
            return new Terms(scope.keep(loss), parts);
        }
    }

    /** mean softplus(−D(x̂)). @param fake logits [B] */
    public static Tensor nonSaturating(Tensor fake) {
        return fake.neg().softplus().mean();
    }

    /** mean softplus(−D(x)) + mean softplus(D(x̂)). @param real logits [B] @param fake logits [B'] */
    public static Tensor discriminating(Tensor real, Tensor fake) {
        return real.neg().softplus().mean().add(fake.softplus().mean());
    }

    /** Mean over clips of ‖∇D(x)‖² at real clips, itself differentiable. @param real [B, 3, T, H, W] */
    public static Tensor r1(Discriminator3d discriminator, Tensor real) {
        try (var scope = Scope.open("r1")) {
            Tensor x = real.detach().requiresGrad(true);
            Tensor gradient = Grad.of(discriminator.logits(x).sum(), List.of(x), true).getFirst();
            return scope.keep(gradient.square().sum(false, 1, 2, 3, 4).mean());
        }
    }

    /** LeCam's running means, for a checkpoint. */
    public Map<String, Tensor> state() {
        return leCam.state();
    }

    /** Takes {@link #state} back. */
    public void restore(WeightSource state) {
        leCam.restore(state);
    }

    @Override
    public void close() {
        leCam.close();
    }
}
