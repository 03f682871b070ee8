package org.praxino.train.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.eval.FeatureStatistics.Covariance;

/** Accumulates the scores of one set of clips. */
final class ScoreAccumulator implements AutoCloseable {
    static final int NEAREST = 5;

    private final ReferenceFeatures gallery;
    private final FeatureStatistics frames = new FeatureStatistics(MobileNetV2.FEATURES);
    private final FeatureStatistics differences = new FeatureStatistics(MobileNetV2.FEATURES);
    private int clips;
    private int first;
    private int firstFive;
    private double motion;

    ScoreAccumulator(ReferenceFeatures gallery) {
        this.gallery = gallery;
    }

    /**
     * @param features [T, F] of the clip's frames
     * @return place of the first real clip of that name, 0 when it is not among the first five, and the nearest clip
     */
    Rank add(Tensor features, String name, double motionEnergy) {
        try (var scope = Scope.open("ScoreSheet")) {
            frames.add(features);
            differences.add(ClipFeatures.differences(features));
            int[] nearest = gallery.nearest(ClipFeatures.ofClip(features), NEAREST);
            List<String> names = java.util.Arrays.stream(nearest).mapToObj(gallery.names()::get).toList();
            int place = names.indexOf(name) + 1;
            clips++;
            first += place == 1 ? 1 : 0;
            firstFive += place > 0 ? 1 : 0;
            motion += motionEnergy;
            return new Rank(place, names.getFirst());
        }
    }

    record Rank(int rank, String nearest) {}

    double motionEnergy() {
        return motion / clips;
    }

    VideoScores scores(double realMotion, @Nullable Double fvd) {
        return new VideoScores(clips,
                FrechetDistance.of(gallery.frameStatistics(), frames, Covariance.UNBIASED),
                FrechetDistance.of(gallery.differenceStatistics(), differences, Covariance.UNBIASED),
                (double) first / clips, (double) firstFive / clips, motionEnergy(), motionEnergy() / realMotion, fvd);
    }

    @Override
    public void close() {
        frames.close();
        differences.close();
    }
}
