package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.data.ClipStore;

/**
 * Accumulates FVD of three sets of clips against real clips by StyleGAN-V's protocol: random clips of the whole split, however many a name has, each from
 * a random start.
 */
final class FvdAccumulator implements AutoCloseable {
    private final I3dFvd i3d;
    private final FvdSample sample;
    private final FeatureStatistics truth;
    private final FeatureStatistics generated;
    private final FeatureStatistics still;
    private final FeatureStatistics reference;

    /** @param real any clips of the split; all of its moving clips may be drawn */
    FvdAccumulator(I3dFvd i3d, RealClips real, FvdSample sample) {
        this.i3d = i3d;
        this.sample = sample;
        truth = i3d.statistics();
        generated = i3d.statistics();
        still = i3d.statistics();
        reference = i3d.statistics();
        RandomStream random = RandomStream.of(sample.seed(), "fvd real clips");
        var all = new RealClips(real.store(), real.split());
        var drawn = new ArrayList<>(all.clips());
        Collections.shuffle(drawn, new Random(random.nextLong()));
        for (ClipStore.Clip clip : drawn.subList(0, Math.min(sample.clips(), drawn.size()))) {
            int starts = clip.entry().loop() ? clip.frames() : Math.max(1, clip.frames() - I3dFvd.FRAMES + 1);
            try (var scope = Scope.open("fvd")) {
                i3d.add(truth, all.video(clip, random.nextInt(starts), I3dFvd.FRAMES));
            }
        }
    }

    void add(Tensor clip, Tensor real) {
        i3d.add(generated, clip);
        i3d.add(reference, real);
        i3d.add(still, real.narrow(1, 0, 1).expand(-1, I3dFvd.FRAMES, -1, -1));
    }

    double generated() {
        return I3dFvd.distance(truth, generated);
    }

    double still() {
        return I3dFvd.distance(truth, still);
    }

    double reference() {
        return I3dFvd.distance(truth, reference);
    }

    String protocol() {
        return "StyleGAN-V: I3D, 16 frames from random starts of random real clips (seed " + sample.seed() + "), covariance over N, " + truth.count() + " real against " + generated.count()
                + " generated clips" + (Math.min(truth.count(), generated.count()) < I3dFvd.CLIPS ? " (published numbers use 2048 of each)" : "");
    }

    @Override
    public void close() {
        truth.close();
        generated.close();
        still.close();
        reference.close();
    }
}
