package org.praxino.diffusion;

import java.util.function.DoubleUnaryOperator;
import org.praxino.condition.Levels;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * What a network predicts of {@code x = alpha·x0 + sigma·eps}, and every conversion there is. Each conversion is a linear form
 * whose two factors are made in double; applied to a latent in double too (v and flow nearly cancel at low noise) and cast back.
 */
public enum Prediction {
    /** {@code alpha·eps − sigma·x0} (Salimans and Ho 2022). */
    V,
    /** The noise. */
    EPSILON,
    /** The clean latent. */
    X0,
    /** {@code eps − x0}, the velocity of the straight path. */
    FLOW;

    /** {@code first·a + second·b}. */
    public record Form(double first, double second) {}

    /** x0 from (x, prediction). */
    public Form x0Form(double alpha, double sigma) {
        double square = alpha * alpha + sigma * sigma;
        return switch (this) {
            case V -> new Form(alpha / square, -sigma / square);
            case EPSILON -> {
                if (alpha == 0) {
                    throw new UserException("a predicted noise does not determine the clean latent at zero signal:"
                            + " use v, x0 or flow with this schedule");
                }
                yield new Form(1 / alpha, -sigma / alpha);
            }
            case X0 -> new Form(0, 1);
            case FLOW -> new Form(1 / (alpha + sigma), -sigma / (alpha + sigma));
        };
    }

    /** eps from (x, prediction). */
    public Form epsForm(double alpha, double sigma) {
        double square = alpha * alpha + sigma * sigma;
        return switch (this) {
            case V -> new Form(sigma / square, alpha / square);
            case EPSILON -> new Form(0, 1);
            case X0 -> {
                if (sigma == 0) {
                    throw new UserException("a predicted clean latent does not determine the noise at level 0");
                }
                yield new Form(1 / sigma, -alpha / sigma);
            }
            case FLOW -> new Form(1 / (alpha + sigma), alpha / (alpha + sigma));
        };
    }

    /** The training target from (x0, eps). */
    public Form targetForm(double alpha, double sigma) {
        return switch (this) {
            case V -> new Form(-sigma, alpha);
            case EPSILON -> new Form(0, 1);
            case X0 -> new Form(1, 0);
            case FLOW -> new Form(-1, 1);
        };
    }

    /** The clean latent that {@code prediction} at {@code x} means. */
    public Tensor x0(Tensor prediction, Tensor x, double alpha, double sigma) {
        return apply(x0Form(alpha, sigma), x, prediction);
    }

    /** The noise that {@code prediction} at {@code x} means. */
    public Tensor eps(Tensor prediction, Tensor x, double alpha, double sigma) {
        return apply(epsForm(alpha, sigma), x, prediction);
    }

    static Tensor apply(Form form, Tensor a, Tensor b) {
        return a.to(DType.F64).mul(form.first).add(b.to(DType.F64).mul(form.second)).to(a.dtype());
    }

    /** The form with a value for each latent frame: factors are [B, 1, T, 1, 1]. */
    static Tensor apply(FormOfLevel form, Levels levels, Tensor a, Tensor b) {
        Device device = a.device();
        DoubleUnaryOperator first = l -> form.at(l).first;
        DoubleUnaryOperator second = l -> form.at(l).second;
        return a.mul(levels.map(first, device)).addProduct(b, levels.map(second, device));
    }

    interface FormOfLevel {
        Form at(double level);
    }
}
