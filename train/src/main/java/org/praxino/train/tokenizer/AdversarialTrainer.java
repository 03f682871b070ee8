package org.praxino.train.tokenizer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.io.RenamedWeights;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;
import org.praxino.train.AuxiliaryOptimiser;

/** A discriminator with its own optimiser, trained with the tokenizer: one update of each in turn. */
final class AdversarialTrainer implements AutoCloseable {
    private static final String LECAM = "lecam/";

    private final AdversarialTraining settings;
    private final Discriminator3d discriminator;
    private final AdversarialLoss loss;
    private final AuxiliaryOptimiser optimiser;
    private @Nullable Tensor real;
    private @Nullable Tensor fake;

    AdversarialTrainer(AdversarialTraining settings, long seed, Device device) {
        this.settings = settings;
        this.discriminator = new Discriminator3d(settings.network(), Params.initialise(seed, device));
        this.loss = new AdversarialLoss(settings.terms(), discriminator);
        this.optimiser = new AuxiliaryOptimiser(discriminator.params(), new AdamW.Settings(0, 0.99, 1e-8, 0)); // Adam β of MAGVIT-v2
    }

    boolean active(long samples) {
        return samples >= settings.start();
    }

    /** The tokenizer's term; keeps both clips for the discriminator's turn. */
    Tensor generator(Tensor original, Tensor reconstruction) {
        forget();
        real = original.detach().copy().own();
        fake = reconstruction.detach().copy().own();
        return loss.generator(reconstruction);
    }

    double weight() {
        return settings.weight();
    }

    /** The discriminator's turn, on the clips of the last generator term. */
    void update() {
        if (real == null || fake == null) {
            return;
        }
        try (var scope = Scope.open("discriminator")) {
            loss.discriminator(real, fake, optimiser.steps()).loss().to(DType.F32).backward();
            optimiser.step(settings.learningRate(), settings.clip());
        }
        forget();
    }

    private void forget() {
        if (real != null) {
            real.close();
            real = null;
        }
        if (fake != null) {
            fake.close();
            fake = null;
        }
    }

    /** Everything a resumed run needs. */
    Map<String, Tensor> state() {
        var out = new LinkedHashMap<>(optimiser.state());
        loss.state().forEach((n, t) -> out.put(LECAM + n, t));
        return out;
    }

    void restore(WeightSource state) {
        optimiser.restore(state);
        loss.restore(RenamedWeights.below(state, LECAM));
    }

    @Override
    public void close() {
        forget();
        optimiser.close();
        loss.close();
        discriminator.close();
    }
}
