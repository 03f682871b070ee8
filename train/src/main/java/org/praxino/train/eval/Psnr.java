package org.praxino.train.eval;

import java.util.Arrays;
import org.praxino.tensor.DType;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * Peak signal-to-noise ratio, −10·log₁₀(mean squared error) with values in [0, 1], <em>of each frame</em>, then averaged over
 * frames. Averaging the squared error first gives a lower number.
 */
public final class Psnr {
    /** What a frame without any error counts as, in dB: an error of 10⁻⁵ of the range. */
    public static final double MAX = 100;

    private Psnr() {}

    /** Mean over all frames in dB. @param a [B, 3, T, H, W] in [-1, 1] @param b the same shape */
    public static double mean(Tensor a, Tensor b) {
        return Arrays.stream(perFrame(a, b)).average().orElseThrow();
    }

    /** One value in dB for each of the B·T frames. @param a [B, 3, T, H, W] in [-1, 1] @param b the same shape */
    public static double[] perFrame(Tensor a, Tensor b) {
        requireSameShape(a, b);
        try (var scope = Scope.open("Psnr")) {
            Tensor error = a.to(DType.F32).sub(b.to(DType.F32)).mul(0.5).square().mean(false, 1, 3, 4); // [B, T]
            return Arrays.stream(error.toDoubleArray()).map(e -> Math.min(MAX, -10 * Math.log10(e))).toArray();
        }
    }

    static void requireSameShape(Tensor a, Tensor b) {
        if (a.dim() != 5 || a.size(1) != 3) {
            throw new ShapeException("video", "[B, 3, T, H, W]", a.shape());
        }
        if (!Arrays.equals(a.shape(), b.shape())) {
            throw new ShapeException("second video", Arrays.toString(a.shape()), b.shape());
        }
    }
}
