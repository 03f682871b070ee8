package org.praxino.condition;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;

/**
 * Noise levels of a batch, one for each latent frame, on 0 (clean) .. 1000 (noise). A value, known on the host so that nothing is read back from a
 * device. B batch, T latent frames.
 */
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

    /** Elements {@code from .. from+count-1}. */
    public Levels rows(int from, int count) {
        return new Levels(Arrays.copyOfRange(values, from, from + count));
    }

    /** Latent frames {@code from .. from+count-1}. */
    public Levels frames(int from, int count) {
        return new Levels(Arrays.stream(values).map(row -> Arrays.copyOfRange(row, from, from + count)).toArray(double[][]::new));
    }

    /** The elements of this followed by those of {@code other}. */
    public Levels and(Levels other) {
        return new Levels(Stream.concat(Arrays.stream(values), Arrays.stream(other.values)).toArray(double[][]::new));
    }

    /** The latent frames of this followed by those of {@code other}. */
    public Levels then(Levels other) {
        double[][] both = new double[batch()][];
        for (int b = 0; b < both.length; b++) {
            both[b] = DoubleStream.concat(Arrays.stream(values[b]), Arrays.stream(other.values[b])).toArray();
        }
        return new Levels(both);
    }

    public double at(int element, int frame) {
        return values[element][frame];
    }

    /** [B, T] fp32. */
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

    @Override
    public boolean equals(Object o) {
        return o instanceof Levels other && Arrays.deepEquals(values, other.values);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.deepToString(values);
    }
}
