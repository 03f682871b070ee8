package org.praxino.train.dmd;

import java.util.stream.IntStream;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * The distribution-matching gradient (CausVid eq. 4; Yin et al. 2024, DMD eq. 7 and 8) in terms of clean estimates: as
 * s = (α·x0 − x)/σ², the difference of two scores is that of their estimates times a factor, which the normalisation takes up.
 */
public final class DmdGradient {
    private DmdGradient() {}

    /**
     * The teacher's classifier-free guidance, which DMD distills into the student: {@code cond + w·(cond − uncond)}, w being one less than the
     * usual weight.
     */
    public static Tensor guided(Tensor cond, Tensor uncond, double w) {
        return cond.mul(1 + w).sub(uncond.mul(w));
    }

    /**
     * {@code (fake − real) / mean|generated − real|}, the mean over all of one clip. Where that mean is 0 (nothing to gain) or an
     * element is not finite, the gradient is 0.
     *
     * @param generated clean latents as the student made them, [B, ...]
     * @param fake the critic's estimate of them from a noised copy
     * @param real the teacher's, with guidance
     * @return of the same shape, detached
     */
    public static Tensor of(Tensor generated, Tensor fake, Tensor real) {
        try (var guard = Grad.off();
                var scope = Scope.open("dmd gradient")) {
            long[] clip = IntStream.range(1, generated.dim()).asLongStream().toArray();
            Tensor far = generated.detach().sub(real).abs().mean(true, clip); // [B, 1, ...]
            Tensor g = fake.sub(real).div(far);
            return scope.keep(Tensor.where(g.isFinite(), g, Tensor.zeros(g.dtype(), g.device(), g.shape())));
        }
    }

    /** A scalar whose gradient in {@code generated} is {@code gradient / elements}: {@code ½·mean((x − (x − g))²)}, in double. */
    public static Tensor surrogate(Tensor generated, Tensor gradient) {
        Tensor x = generated.to(DType.F64);
        Tensor aim = x.detach().sub(gradient.to(DType.F64));
        return x.sub(aim).square().mean().mul(0.5);
    }
}
