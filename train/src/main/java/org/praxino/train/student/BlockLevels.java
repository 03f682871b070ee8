package org.praxino.train.student;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.praxino.condition.Levels;

/** Noise levels that the frames of a block share and blocks do not (CausVid algorithm 1; diffusion forcing, Chen et al. 2024). */
public final class BlockLevels {
    private BlockLevels() {}

    /** @param draw one level, asked for once a block, in the order of elements and blocks */
    public static Levels of(int batch, int frames, int block, DoubleSupplier draw) {
        double[][] values = new double[batch][frames];
        for (double[] row : values) {
            for (int t = 0; t < frames; t += block) {
                Arrays.fill(row, t, Math.min(frames, t + block), draw.getAsDouble());
            }
        }
        return Levels.of(values);
    }

    /** Level 0 for as many frames as {@code noisy} has, then those of {@code noisy}: the frames of teacher forcing. */
    public static Levels afterClean(Levels noisy) {
        double[][] values = new double[noisy.batch()][2 * noisy.frames()];
        for (int b = 0; b < values.length; b++) {
            for (int t = 0; t < noisy.frames(); t++) {
                values[b][noisy.frames() + t] = noisy.at(b, t);
            }
        }
        return Levels.of(values);
    }
}
