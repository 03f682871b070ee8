package org.praxino.train.eval;

import org.praxino.tensor.DType;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * Simple statistics of a clip, to see it drift.
 *
 * @param red mean, in steps of 255
 * @param green mean, in steps of 255
 * @param blue mean, in steps of 255
 * @param contrast standard deviation of all values, in steps of 255
 * @param detail mean absolute difference of pixels that are neighbours in a row or a column, in steps of 255
 * @param motion {@link MotionEnergy}
 */
public record ClipStatistics(double red, double green, double blue, double contrast, double detail, double motion) {

    /** @param video [3, T, H, W] in [-1, 1], T at least 2 */
    public static ClipStatistics of(Tensor video) {
        if (video.dim() != 4 || video.size(0) != 3) {
            throw new ShapeException("video", "[3, T, H, W]", video.shape());
        }
        try (var scope = Scope.open("ClipStatistics")) {
            Tensor x = video.to(DType.F32);
            double[] mean = x.mean(false, 1, 2, 3).add(1).mul(127.5).toDoubleArray();
            double contrast = Math.sqrt(x.sub(x.mean()).square().mean().item()) * 127.5;
            long h = x.size(2) - 1;
            long w = x.size(3) - 1;
            double down = x.narrow(2, 1, h).sub(x.narrow(2, 0, h)).abs().mean().item();
            double across = x.narrow(3, 1, w).sub(x.narrow(3, 0, w)).abs().mean().item();
            return new ClipStatistics(mean[0], mean[1], mean[2], contrast, 127.5 * (down + across) / 2, MotionEnergy.of(video));
        }
    }

    /** Mean absolute difference of the three colour means, in steps of 255. */
    public double colourShift(ClipStatistics other) {
        return (Math.abs(red - other.red) + Math.abs(green - other.green) + Math.abs(blue - other.blue)) / 3;
    }
}
