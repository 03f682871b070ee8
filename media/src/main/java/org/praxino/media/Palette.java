package org.praxino.media;

import java.util.ArrayList;
import java.util.List;

/**
 * Colour quantisation: boxes of colours are split where the error is largest (P. Heckbert, "Color image quantization for frame buffer
 * display", 1982, with variance in place of population), then moved to the means of what falls to them (Lloyd).
 *
 * @param red of each colour, 0 to 255
 */
record Palette(int[] red, int[] green, int[] blue) {
    /** Perceptual weight of each channel. */
    static final double[] SEEN = {0.8, 1.2, 0.6};

    private static final int REFINEMENTS = 6;

    int size() {
        return red.length;
    }

    /**
     * @param weight of each input colour // [N]
     * @param colour its three channels // [3][N]
     */
    static Palette of(double[] weight, double[][] colour, int most) {
        if (weight.length == 0) {
            return new Palette(new int[1], new int[1], new int[1]);
        }
        List<Box> boxes = split(weight, colour, most);
        var centre = new double[3][boxes.size()];
        for (int k = 0; k < boxes.size(); k++) {
            for (int c = 0; c < 3; c++) {
                centre[c][k] = boxes.get(k).mean[c];
            }
        }
        for (int round = 0; round < REFINEMENTS; round++) {
            refine(weight, colour, centre);
        }
        return new Palette(rounded(centre[0]), rounded(centre[1]), rounded(centre[2]));
    }

    private static List<Box> split(double[] weight, double[][] colour, int most) {
        var order = new int[weight.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        var boxes = new ArrayList<Box>();
        boxes.add(new Box(weight, colour, order, 0, order.length));
        while (boxes.size() < most) {
            int worst = 0;
            for (int k = 1; k < boxes.size(); k++) {
                worst = boxes.get(k).error > boxes.get(worst).error ? k : worst;
            }
            Box box = boxes.get(worst);
            if (box.error < 1e-9) {
                break;
            }
            int middle = box.partition(colour, order);
            boxes.set(worst, new Box(weight, colour, order, box.from, middle));
            boxes.add(new Box(weight, colour, order, middle, box.to));
        }
        return boxes;
    }

    private static void refine(double[] weight, double[][] colour, double[][] centre) {
        int size = centre[0].length;
        var sum = new double[3][size];
        var total = new double[size];
        for (int i = 0; i < weight.length; i++) {
            int k = nearest(colour[0][i], colour[1][i], colour[2][i], centre);
            total[k] += weight[i];
            for (int c = 0; c < 3; c++) {
                sum[c][k] += weight[i] * colour[c][i];
            }
        }
        for (int k = 0; k < size; k++) {
            for (int c = 0; c < 3 && total[k] > 0; c++) {
                centre[c][k] = sum[c][k] / total[k];
            }
        }
    }

    private static int nearest(double r, double g, double b, double[][] centre) {
        int best = 0;
        double least = Double.MAX_VALUE;
        for (int k = 0; k < centre[0].length; k++) {
            double dr = (r - centre[0][k]) * SEEN[0];
            double dg = (g - centre[1][k]) * SEEN[1];
            double db = (b - centre[2][k]) * SEEN[2];
            double distance = dr * dr + dg * dg + db * db;
            if (distance < least) {
                least = distance;
                best = k;
            }
        }
        return best;
    }

    private static int[] rounded(double[] values) {
        var result = new int[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.clamp(Math.round(values[i]), 0, 255);
        }
        return result;
    }

    /** Some of the colours, with their mean and squared error. */
    private static final class Box {
        final int from;
        final int to;
        final double[] mean = new double[3];
        final double error;
        private final int axis;

        Box(double[] weight, double[][] colour, int[] order, int from, int to) {
            this.from = from;
            this.to = to;
            double total = 0;
            double worst = -1;
            int widest = 0;
            double all = 0;
            for (int n = from; n < to; n++) {
                total += weight[order[n]];
            }
            for (int c = 0; c < 3; c++) {
                double sum = 0;
                for (int n = from; n < to; n++) {
                    sum += weight[order[n]] * colour[c][order[n]];
                }
                mean[c] = sum / total;
                double squares = 0;
                for (int n = from; n < to; n++) {
                    double difference = (colour[c][order[n]] - mean[c]) * SEEN[c];
                    squares += weight[order[n]] * difference * difference;
                }
                all += squares;
                if (squares > worst) {
                    worst = squares;
                    widest = c;
                }
            }
            this.error = to - from < 2 ? 0 : all;
            this.axis = widest;
        }

        /** Moves the colours below the mean of the widest channel to the front; returns where the others begin. */
        int partition(double[][] colour, int[] order) {
            int low = from;
            for (int n = from; n < to; n++) {
                if (colour[axis][order[n]] < mean[axis]) {
                    int swap = order[low];
                    order[low++] = order[n];
                    order[n] = swap;
                }
            }
            return Math.clamp(low, from + 1, to - 1);
        }
    }
}
