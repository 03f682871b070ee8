package org.praxino.tensor;

/**
 * Rotary positions (Su et al. 2021): queries and keys are turned by an angle proportional to their place, so that their product
 * knows only how far apart they are. Channel j is paired with channel j + D/2.
 *
 * @param cos [L, 1, D] fp32
 * @param sin [L, 1, D] fp32, the first half negated
 */
public record Rotary(Tensor cos, Tensor sin) {
    /**
     * The turns for tokens at {@code places}; angles are computed in double.
     *
     * @param width D, even
     * @param base wavelengths run from 2π to 2π·base
     */
    public static Rotary of(double[] places, int width, double base, Device device) {
        if (width % 2 != 0) {
            throw new ConfigException("rotary width " + width + " must be even");
        }
        int half = width / 2;
        float[] cos = new float[places.length * width];
        float[] sin = new float[places.length * width];
        double[] speeds = new double[half];
        for (int j = 0; j < half; j++) {
            speeds[j] = Math.pow(base, -(double) j / half);
        }
        for (int i = 0; i < places.length; i++) {
            if (i > 0 && places[i] == places[i - 1]) { // tokens of one frame
                System.arraycopy(cos, (i - 1) * width, cos, i * width, width);
                System.arraycopy(sin, (i - 1) * width, sin, i * width, width);
                continue;
            }
            for (int j = 0; j < half; j++) {
                double angle = places[i] * speeds[j];
                int at = i * width + j;
                cos[at] = cos[at + half] = (float) Math.cos(angle);
                sin[at] = (float) -Math.sin(angle);
                sin[at + half] = (float) Math.sin(angle);
            }
        }
        return new Rotary(
                Tensor.of(cos, places.length, 1, width).to(device), Tensor.of(sin, places.length, 1, width).to(device));
    }

    /**
     * An axial rotary embedding (Heo et al. 2024, arXiv 2403.13298, section 3.1) for tokens that lie frame by frame, row by row: a quarter
     * of the pairs turn by the frame, the rest, halved, by the row and by the column. Angles are computed in double.
     *
     * @param width D, even and 8 or more
     * @param base wavelengths of an axis run from 2π to 2π·base
     */
    public static Rotary axial(double[] frames, double[] rows, double[] columns, int width, double base, Device device) {
        int half = width / 2;
        int time = half / 4;
        int row = (half - time) / 2;
        if (width % 2 != 0 || time < 1) {
            throw new ConfigException("axial rotary width " + width + " must be even and 8 or more");
        }
        double[][] t = angles(frames, time, base);
        double[][] y = angles(rows, row, base);
        double[][] x = angles(columns, half - time - row, base);
        int l = rows.length * columns.length;
        float[] cos = new float[frames.length * l * width];
        float[] sin = new float[cos.length];
        for (int i = 0; i < frames.length * l; i++) {
            for (int j = 0; j < half; j++) {
                double angle = j < time ? t[i / l][j] : j < time + row ? y[i % l / columns.length][j - time] : x[i % columns.length][j - time - row];
                int at = i * width + j;
                cos[at] = cos[at + half] = (float) Math.cos(angle);
                sin[at] = (float) -Math.sin(angle);
                sin[at + half] = (float) Math.sin(angle);
            }
        }
        return new Rotary(
                Tensor.of(cos, (long) frames.length * l, 1, width).to(device), Tensor.of(sin, (long) frames.length * l, 1, width).to(device));
    }

    /** place·base^(−j/pairs): [places][pairs]. */
    private static double[][] angles(double[] places, int pairs, double base) {
        double[][] angles = new double[places.length][pairs];
        for (int i = 0; i < places.length; i++) {
            for (int j = 0; j < pairs; j++) {
                angles[i][j] = places[i] * Math.pow(base, -(double) j / pairs);
            }
        }
        return angles;
    }

    /** Turns {@code x}. @param x [..., L, N, D] @return the same shape and dtype */
    public Tensor turn(Tensor x) {
        Tensor c = cos.to(x.dtype());
        Tensor s = sin.to(x.dtype());
        return x.mul(c).addProduct(x.roll(x.size(-1) / 2, -1), s); // (a, b) -> (a cos − b sin, b cos + a sin)
    }
}
