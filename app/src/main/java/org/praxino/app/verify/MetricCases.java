package org.praxino.app.verify;

import java.util.Map;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;
import org.praxino.train.eval.FeatureStatistics;
import org.praxino.train.eval.FeatureStatistics.Covariance;
import org.praxino.train.eval.FrechetDistance;

/** Scores. */
final class MetricCases {
    private MetricCases() {}

    /** The Fréchet distance of the rows of {@code real} and {@code generated}, both [N, D]. */
    static Map<String, Tensor> frechet(GoldenCase golden, Device device) {
        String asked = golden.config().path("covariance").asString("unbiased");
        Covariance kind = switch (asked) {
            case "unbiased" -> Covariance.UNBIASED;
            case "population", "biased" -> Covariance.POPULATION;
            default -> throw new ConfigException(golden.folder() + "/case.json: config.covariance is \"" + asked
                    + "\", expected unbiased or population");
        };
        try (var inputs = golden.inputs();
                FeatureStatistics real = statistics(inputs.read("real"));
                FeatureStatistics generated = statistics(inputs.read("generated"))) {
            return Map.of("distance", Tensor.of(new double[] {FrechetDistance.of(real, generated, kind)}, 1));
        }
    }

    private static FeatureStatistics statistics(Tensor features) {
        var statistics = new FeatureStatistics((int) features.size(1));
        statistics.add(features);
        return statistics;
    }
}
