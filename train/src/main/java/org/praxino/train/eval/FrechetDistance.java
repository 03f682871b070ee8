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
            Tensor covariance = many.covariance(kind); // [D, D]
            Tensor factor = few.factor(kind); // [R, D]
            Tensor means = many.mean().sub(few.mean()).square().sum();
            return means.item() + spread(covariance, factor);
        }
    }

    /** tr(Σ₁ + Σ₂ − 2·(Σ₁Σ₂)^½). @param covariance Σ₁, [D, D] @param factor F of Σ₂ = FᵀF, [R, D]; both in double */
    private static double spread(Tensor covariance, Tensor factor) {
        Tensor inner = factor.matmul(covariance).matmul(factor.transpose(0, 1)); // [R, R]
        Tensor values = inner.add(inner.transpose(0, 1)).mul(0.5).eigh().getFirst();
        double traceOfRoot = values.clamp(0, Double.MAX_VALUE).sqrt().sum().item();
        return trace(covariance) + factor.square().sum().item() - 2 * traceOfRoot;
    }

    private static double trace(Tensor matrix) {
        double sum = 0;
        double[] all = matrix.toDoubleArray();
        int d = (int) matrix.size(0);
        for (int i = 0; i < d; i++) {
            sum += all[i * d + i];
        }
        return sum;
    }
}
