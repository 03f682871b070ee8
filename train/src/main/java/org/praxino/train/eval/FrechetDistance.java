package org.praxino.train.eval;

import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.eval.FeatureStatistics.Covariance;

/**
 * The Fréchet distance of two Gaussians fitted to features, ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2·(Σ₁Σ₂)^½) (Heusel et al. 2017,
 * arXiv 1706.08500). With Σ₂ = FᵀF, the eigenvalues of Σ₁Σ₂ other than zero are those of F Σ₁ Fᵀ, which is symmetric and, for fewer
 * vectors than dimensions, small: no root of a general matrix is needed.
 */
public final class FrechetDistance {
    private FrechetDistance() {}

    /** Distance of the features gathered in {@code a} and {@code b}. */
    public static double of(FeatureStatistics a, FeatureStatistics b, Covariance kind) {
        FeatureStatistics many = a.count() >= b.count() ? a : b;
        FeatureStatistics few = many == a ? b : a;
        try (var guard = Grad.off();
                var scope = Scope.open("FrechetDistance")) {
            Tensor factor = few.factor(kind); // [R, D]
            Tensor inner = many.between(factor, kind); // [R, R]
            Tensor values = inner.add(inner.transpose(0, 1)).mul(0.5).eigh().getFirst();
            double traceOfRoot = values.clamp(0, Double.MAX_VALUE).sqrt().sum().item();
            double means = many.mean().sub(few.mean()).square().sum().item();
            return means + many.trace(kind) + few.trace(kind) - 2 * traceOfRoot;
        }
    }
}
