package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.List;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/** Mean and covariance of feature vectors that come batch by batch, in double precision. Owns its sums. */
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
    private final Tensor products; // [D, D]
    private final List<Tensor> rows = new ArrayList<>(); // the vectors themselves while they are fewer than D
    private long count;

    public FeatureStatistics(int dimensions) {
        this.dimensions = dimensions;
        sum = Tensor.zeros(DType.F64, Device.CPU, dimensions).own();
        products = Tensor.zeros(DType.F64, Device.CPU, dimensions, dimensions).own();
    }

    /** @param features [N, D] */
    public void add(Tensor features) {
        if (features.dim() != 2 || features.size(1) != dimensions) {
            throw new ShapeException("features", "[N, " + dimensions + "]", features.shape());
        }
        try (var guard = Grad.off();
                var scope = Scope.open("FeatureStatistics.add")) {
            Tensor x = features.detach().to(Device.CPU).to(DType.F64);
            sum.addInPlace(x.sum(false, 0));
            products.addInPlace(x.transpose(0, 1).matmul(x));
            count += x.size(0);
            if (count <= dimensions) {
                rows.add(x.copy().own());
            } else {
                forgetRows();
            }
        }
    }

    private void forgetRows() {
        rows.forEach(Tensor::close);
        rows.clear();
    }

    /** Vectors seen. */
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
        try (var scope = Scope.open("FeatureStatistics.covariance")) {
            Tensor mean = mean();
            Tensor deviations = products.sub(mean.unsqueeze(1).matmul(mean.unsqueeze(0)).mul((double) count));
            return scope.keep(deviations.div(kind.divisor(count)));
        }
    }

    /** F with FᵀF = covariance, [N, D] or [D, D], whichever is smaller, in double. */
    Tensor factor(Covariance kind) {
        requireAtLeast(2);
        try (var scope = Scope.open("FeatureStatistics.factor")) {
            if (!rows.isEmpty()) {
                return scope.keep(Tensor.cat(rows, 0).sub(mean()).div(Math.sqrt(kind.divisor(count))));
            }
            List<Tensor> eigen = covariance(kind).eigh();
            Tensor roots = eigen.get(0).clamp(0, Double.MAX_VALUE).sqrt(); // [D]; what rounding made negative counts as 0
            return scope.keep(eigen.get(1).mul(roots.unsqueeze(0)).transpose(0, 1));
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
        products.close();
        forgetRows();
    }
}
