package org.praxino.train.eval;

import java.util.Arrays;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * Structural similarity (Wang et al. 2004) of each frame, averaged: Gaussian window of 11×11 with σ = 1.5, only where the window lies
 * inside the frame, K₁ = 0.01, K₂ = 0.03, values in [0, 1], each colour channel by itself and the three averaged.
 */
public final class Ssim {
    private static final int WINDOW = 11;
    private static final double SIGMA = 1.5;
    private static final double C1 = 0.01 * 0.01;
    private static final double C2 = 0.03 * 0.03;

    private Ssim() {}

    /** Mean over all frames. @param a [B, 3, T, H, W] in [-1, 1] @param b the same shape */
    public static double mean(Tensor a, Tensor b) {
        return Arrays.stream(perFrame(a, b)).average().orElseThrow();
    }

    /** One value for each of the B·T frames. @param a [B, 3, T, H, W] in [-1, 1] @param b the same shape */
    public static double[] perFrame(Tensor a, Tensor b) {
        Psnr.requireSameShape(a, b);
        if (a.size(3) < WINDOW || a.size(4) < WINDOW) {
            throw new ShapeException("video", "frames of at least " + WINDOW + "x" + WINDOW, a.shape());
        }
        try (var guard = Grad.off();
                var scope = Scope.open("Ssim")) {
            Tensor x = planes(a);
            Tensor y = planes(b);
            Tensor mx = blur(x);
            Tensor my = blur(y);
            Tensor xx = blur(x.square()).sub(mx.square());
            Tensor yy = blur(y.square()).sub(my.square());
            Tensor xy = blur(x.mul(y)).sub(mx.mul(my));
            Tensor top = mx.mul(my).mul(2).add(C1).mul(xy.mul(2).add(C2));
            Tensor bottom = mx.square().add(my.square()).add(C1).mul(xx.add(yy).add(C2));
            Tensor each = top.div(bottom).mean(false, 1, 2, 3); // [B·T·3, 1, h, w] -> [B·T·3]
            return each.reshape(-1, 3).mean(false, 1).toDoubleArray();
        }
    }

    private static Tensor planes(Tensor video) {
        Tensor unit = video.to(DType.F32).add(1).mul(0.5);
        return unit.permute(0, 2, 1, 3, 4).reshape(-1, 1, video.size(3), video.size(4)); // [B, 3, T, H, W] -> [B·T·3, 1, H, W]
    }

    private static Tensor blur(Tensor planes) {
        Tensor kernel = gaussian().to(planes.device());
        Tensor down = Ops.conv2d(planes, kernel, null, 1, 0, 1);
        return Ops.conv2d(down, kernel.transpose(2, 3), null, 1, 0, 1);
    }

    /** [1, 1, 11, 1], of sum 1. */
    private static Tensor gaussian() {
        double[] weights = new double[WINDOW];
        for (int i = 0; i < WINDOW; i++) {
            double d = i - WINDOW / 2;
            weights[i] = Math.exp(-d * d / (2 * SIGMA * SIGMA));
        }
        double sum = Arrays.stream(weights).sum();
        return Tensor.of(weights, 1, 1, WINDOW, 1).div(sum).to(DType.F32);
    }
}
