package org.praxino.diffusion;

import java.util.Arrays;
import java.util.List;
import org.praxino.condition.Levels;
import org.praxino.condition.SampleKind;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.UserException;

/** Which noise levels training sees. */
public sealed interface LevelSampler {
    /** Every step 1 .. {@code steps} equally often (W.A.L.T section 3.4). */
    record Uniform(int steps) implements LevelSampler {}

    /**
     * Logistic of a normal draw, shifted toward noise: {@code u = 1/(1 + e^-(mean + std·n))}, level = steps·s·u/(1 + (s − 1)·u)
     * (Esser et al. 2024, section 3.1).
     */
    record LogitNormal(int steps, double mean, double std, double shift) implements LevelSampler {
        public LogitNormal {
            if (!(std > 0) || !(shift > 0)) {
                throw new UserException("logit-normal levels need std and shift above 0, got " + std + " and " + shift);
            }
        }
    }

    /** One level. */
    default double draw(RandomStream random) {
        return switch (this) {
            case Uniform u -> 1 + random.nextInt(u.steps);
            case LogitNormal l -> {
                double u = 1 / (1 + Math.exp(-(l.mean + l.std * random.gaussian())));
                yield l.steps * FlowMatching.shifted(u, l.shift);
            }
        };
    }

    /** One level for each clip, and one for each image of a stack: its images are independent. */
    default Levels draw(RandomStream random, List<SampleKind> kinds, int frames) {
        double[][] values = new double[kinds.size()][frames];
        for (int b = 0; b < values.length; b++) {
            switch (kinds.get(b)) {
                case CLIP -> Arrays.fill(values[b], draw(random));
                case IMAGES -> Arrays.setAll(values[b], t -> draw(random));
            }
        }
        return Levels.of(values);
    }
}
