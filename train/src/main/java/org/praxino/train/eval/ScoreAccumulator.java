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
    private int firstFolded;
    private int firstFiveFolded;
    private double motion;

    ScoreAccumulator(ReferenceFeatures gallery) {
        this.gallery = gallery;
    }

    /**
     * @param features [T, F] of the clip's frames
     * @param base the name with gender folded away
     * @return place of the first real clip of that name, 0 when it is not among the first five, and the nearest clip
     */
    Rank add(Tensor features, String name, String base, double motionEnergy) {
        try (var scope = Scope.open("ScoreSheet")) {
            frames.add(features);
            differences.add(ClipFeatures.differences(features));
            Tensor whole = ClipFeatures.ofClip(features);
            int[] nearest = gallery.nearest(whole, NEAREST);
            List<String> names = java.util.Arrays.stream(nearest).mapToObj(gallery.names()::get).toList();
            int place = names.indexOf(name) + 1;
            List<String> bases = java.util.Arrays.stream(nearest).mapToObj(gallery.bases()::get).toList();
            clips++;
            firstFolded += bases.getFirst().equals(base) ? 1 : 0;
            firstFiveFolded += bases.contains(base) ? 1 : 0;
            first += place == 1 ? 1 : 0;
            firstFive += place > 0 ? 1 : 0;
            motion += motionEnergy;
            double margin = gallery.margin(whole, base);
            return new Rank(place, names.getFirst(), Double.isNaN(margin) ? null : margin);
        }
    }

    record Rank(int rank, String nearest, @Nullable Double margin) {}

    double motionEnergy() {
        return motion / clips;
    }

    VideoScores scores(double realMotion, @Nullable Double fvd) {
        return new VideoScores(clips,
                FrechetDistance.of(gallery.frameStatistics(), frames, Covariance.UNBIASED),
                FrechetDistance.of(gallery.differenceStatistics(), differences, Covariance.UNBIASED),
                (double) first / clips, (double) firstFive / clips,
                (double) firstFolded / clips, (double) firstFiveFolded / clips, motionEnergy(), motionEnergy() / realMotion, fvd);
    }

    @Override
    public void close() {
        frames.close();
        differences.close();
    }
}
