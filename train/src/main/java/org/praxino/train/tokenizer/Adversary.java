package org.praxino.train.tokenizer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/** A discriminator with its own optimiser, trained beside the tokenizer: one update of each in turn. */
final class Adversary implements AutoCloseable {
    private final AdversarialTraining settings;
    private final Discriminator3d discriminator;
    private final AdversarialLoss loss;
    private final AdamW adam;
    private @Nullable Tensor real;
    private @Nullable Tensor fake;

    Adversary(AdversarialTraining settings, long seed, Device device) {
        this.settings = settings;
        this.discriminator = new Discriminator3d(settings.network(), Params.initialise(seed, device));
        this.loss = new AdversarialLoss(settings.terms(), discriminator);
        this.adam = new AdamW(discriminator.params(), new AdamW.Settings(0, 0.99, 1e-8, 0)); // Adam β of MAGVIT-v2
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
            loss.discriminator(real, fake, adam.steps()).loss().to(DType.F32).backward();
            double norm = Gradients.clip(discriminator.params().tensors(), settings.clip());
            if (Double.isFinite(norm)) {
                adam.step(settings.learningRate());
            }
            Gradients.clear(discriminator.params().tensors());
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

    /** Everything a resumed run needs; the number of updates rides along as a tensor. */
    Map<String, Tensor> state() {
        var out = new LinkedHashMap<String, Tensor>();
        discriminator.params().all().forEach((n, t) -> out.put("weight/" + n, t));
        adam.state().forEach((n, t) -> out.put("adam/" + n, t));
        loss.state().forEach((n, t) -> out.put("lecam/" + n, t));
        out.put("steps", Tensor.of(new long[] {adam.steps()}));
        return out;
    }

    void restore(WeightSource state) {
        discriminator.params().all().forEach((n, t) -> t.detach().copyFrom(state.read("weight/" + n)));
        adam.restore(new Below(state, "adam/"), state.read("steps").toLongArray()[0]);
        loss.restore(new Below(state, "lecam/"));
    }

    /** The part of a source whose names begin with a prefix, without it. */
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
        forget();
        adam.close();
        loss.close();
        discriminator.close();
    }
}
