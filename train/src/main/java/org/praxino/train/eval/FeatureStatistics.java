package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * Accumulates mean and covariance of feature vectors batch by batch, in double precision. Up to D vectors are kept as they are, which is
 * less than their covariance; beyond that they are added up. Owns what it keeps.
 */
public final class FeatureStatistics implements AutoCloseable {

    /** What the sum of squared deviations is divided by. */
    public enum Covariance {
        /** N − 1, as numpy and most programs do. */
        UNBIASED,
        /** N, as StyleGAN-V does. */
        POPULATION;

        private double divisor(long count) {
            return this == UNBIASED ? count - 1.0 : count;
        }
    }

    private final int dimensions;
    private final Tensor sum; // [D]
    private final List<Tensor> rows = new ArrayList<>(); // [n, D] each, not yet in products
    private @Nullable Tensor products; // [D, D]
    private long waiting; // vectors in rows
    private long count;
    private double squares; // of all elements

    public FeatureStatistics(int dimensions) {
        this.dimensions = dimensions;
        sum = Tensor.zeros(DType.F64, Device.CPU, dimensions).own();
    }

    /** @param features [N, D] */
    public void add(Tensor features) {
        if (features.dim() != 2 || features.size(1) != dimensions) {
            throw new ShapeException("features", "[N, " + dimensions + "]", features.shape());
        }
        try (var guard = Grad.off();
                var scope = Scope.open("FeatureStatistics.add")) {
            Tensor x = features.detach().to(Device.CPU).to(DType.F64).copy();
            sum.addInPlace(x.sum(false, 0));
            squares += x.square().sum().item();
            rows.add(x.own());
            count += x.size(0);
            waiting += x.size(0);
            if (waiting > dimensions) {
                accumulate();
            }
        }
    }

    private void accumulate() {
        if (products == null) {
            products = Tensor.zeros(DType.F64, Device.CPU, dimensions, dimensions).own();
        }
        Tensor x = Tensor.cat(rows, 0);
        products.addInPlace(x.transpose(0, 1).matmul(x));
        clearRows();
    }

    private void clearRows() {
        rows.forEach(Tensor::close);
        rows.clear();
        waiting = 0;
    }

    /** Number of vectors. */
    public long count() {
        return count;
    }

    /** [D], in double. */
    public Tensor mean() {
        requireAtLeast(1);
        return sum.div((double) count);
    }

    /** [D, D], in double. */
    public Tensor covariance(Covariance kind) {
        requireAtLeast(2);
        try (var guard = Grad.off();
                var scope = Scope.open("FeatureStatistics.covariance")) {
            if (products == null) {
                Tensor factor = factor(kind);
                return scope.keep(factor.transpose(0, 1).matmul(factor));
            }
            if (!rows.isEmpty()) {
                accumulate();
            }
            Tensor mean = mean();
            Tensor deviations = products.sub(mean.unsqueeze(1).matmul(mean.unsqueeze(0)).mul((double) count));
            return scope.keep(deviations.div(kind.divisor(count)));
        }
    }

    /** F with FᵀF = covariance, [N, D] or [D, D], whichever is smaller, in double. */
    Tensor factor(Covariance kind) {
        requireAtLeast(2);
        try (var guard = Grad.off();
                var scope = Scope.open("FeatureStatistics.factor")) {
            if (products == null) {
                return scope.keep(Tensor.cat(rows, 0).sub(mean()).div(Math.sqrt(kind.divisor(count))));
            }
            List<Tensor> eigen = covariance(kind).eigh();
            Tensor roots = eigen.get(0).clamp(0, Double.MAX_VALUE).sqrt(); // [D]; what rounding made negative counts as 0
            return scope.keep(eigen.get(1).mul(roots.unsqueeze(0)).transpose(0, 1));
        }
    }

    /** G Σ Gᵀ. @param g [R, D] @return [R, R] */
    Tensor between(Tensor g, Covariance kind) {
        try (var scope = Scope.open("FeatureStatistics.between")) {
            if (products == null) {
                Tensor half = g.matmul(factor(kind).transpose(0, 1)); // [R, N]
                return scope.keep(half.matmul(half.transpose(0, 1)));
            }
            return scope.keep(g.matmul(covariance(kind)).matmul(g.transpose(0, 1)));
        }
    }

    /** Sum of the variances of all dimensions. */
    double trace(Covariance kind) {
        requireAtLeast(2);
        try (var scope = Scope.open("FeatureStatistics.trace")) {
            return (squares - count * mean().square().sum().item()) / kind.divisor(count);
        }
    }

    private void requireAtLeast(int n) {
        if (count < n) {
            throw new IllegalStateException("statistics of " + count + " vector(s), expected at least " + n);
        }
    }

    @Override
    public void close() {
        sum.close();
        clearRows();
        if (products != null) {
            products.close();
        }
    }
}
