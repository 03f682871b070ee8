package org.praxino.diffusion;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;

/** Noise levels of a batch, one for each latent frame, known on the host so that nothing is read back from a device. */
public final class Levels {
    private final double[][] values; // [B][T]

    private Levels(double[][] values) {
        this.values = values;
    }

    /** @param values [B][T] */
    public static Levels of(double[][] values) {
        return new Levels(Arrays.stream(values).map(double[]::clone).toArray(double[][]::new));
    }

    /** The same level everywhere. */
    public static Levels all(double level, int batch, int frames) {
        double[][] v = new double[batch][frames];
        for (double[] row : v) {
            Arrays.fill(row, level);
        }
        return new Levels(v);
    }

    public int batch() {
        return values.length;
    }

    public int frames() {
        return values[0].length;
    }

    public double at(int element, int frame) {
        return values[element][frame];
    }

    /** [B, T] fp32, what the network is told. */
    public Tensor tensor(Device device) {
        return values(v -> v).reshape(batch(), frames()).to(device);
    }

    /** {@code f} of each level, computed in double: [B, 1, T, 1, 1] fp32. */
    public Tensor map(DoubleUnaryOperator f, Device device) {
        return values(f).reshape(batch(), 1, frames(), 1, 1).to(device);
    }

    private Tensor values(DoubleUnaryOperator f) {
        float[] out = new float[batch() * frames()];
        for (int b = 0; b < batch(); b++) {
            for (int t = 0; t < frames(); t++) {
                out[b * frames() + t] = (float) f.applyAsDouble(values[b][t]);
            }
        }
        return Tensor.of(out);
    }
}
