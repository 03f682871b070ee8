package org.praxino.stream.drift;

import java.util.ArrayList;
import java.util.List;
import org.praxino.media.Frame;

/**
 * Statistics of one block of frames: means over a pixel grid and over frames, from 0 to 1, and a colour histogram.
 *
 * @param sharpness mean luma difference between neighbouring pixels
 * @param saturation mean difference between the largest and smallest channel
 * @param motion mean luma difference between consecutive frames
 * @param colours share of pixels in each of 64 cells of the RGB cube
 */
public record FrameStatistics(double sharpness, double saturation, double motion, List<Double> colours) {
    /** Pixels of the grid along the shorter side. */
    private static final int GRID = 64;

    static final int CELLS = 64;

    /** Statistics and the luma grid of the last frame. */
    record Measured(FrameStatistics statistics, int[] lastGrid) {}

    /** @param before grid of the frame before the first; an array of another length for none */
    static Measured measure(List<Frame> frames, int[] before) {
        Frame first = frames.getFirst();
        int stride = Math.max(1, Math.min(first.width(), first.height()) / GRID);
        int across = (first.width() - 1) / stride;
        int down = (first.height() - 1) / stride;
        int points = Math.max(1, across * down);
        var sums = new long[3]; // sharpness, saturation, motion
        var cells = new long[CELLS];
        int[] last = before;
        int moved = 0;
        for (Frame f : frames) {
            var grid = new int[across * down];
            for (int y = 0, i = 0; y < down; y++) {
                for (int x = 0; x < across; x++, i++) {
                    grid[i] = point(f, x * stride, y * stride, sums, cells);
                }
            }
            if (last.length == grid.length) {
                for (int i = 0; i < grid.length; i++) {
                    sums[2] += Math.abs(grid[i] - last[i]);
                }
                moved++;
            }
            last = grid;
        }
        double all = 255.0 * points * frames.size();
        var colours = new ArrayList<Double>(CELLS);
        for (long c : cells) {
            colours.add(c / ((double) points * frames.size()));
        }
        return new Measured(new FrameStatistics(sums[0] / all / 2, sums[1] / all, moved == 0 ? 0 : sums[2] / (255.0 * points * moved), List.copyOf(colours)), last);
    }

    /** Adds one pixel to the sums; returns its luma. */
    private static int point(Frame f, int x, int y, long[] sums, long[] cells) {
        int r = f.at(x, y, 0);
        int g = f.at(x, y, 1);
        int b = f.at(x, y, 2);
        int luma = luma(r, g, b);
        sums[0] += Math.abs(luma - luma(f, x + 1, y)) + Math.abs(luma - luma(f, x, y + 1));
        sums[1] += Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b));
        cells[(r >> 6) << 4 | (g >> 6) << 2 | b >> 6]++;
        return luma;
    }

    private static int luma(Frame f, int x, int y) {
        return luma(f.at(x, y, 0), f.at(x, y, 1), f.at(x, y, 2));
    }

    /** BT.601 weights. */
    private static int luma(int r, int g, int b) {
        return (299 * r + 587 * g + 114 * b) / 1000;
    }

    /** Weighted mean: {@code weight} of this and the rest of {@code other}. */
    FrameStatistics mixed(FrameStatistics other, double weight) {
        var both = new ArrayList<Double>(CELLS);
        for (int i = 0; i < CELLS; i++) {
            both.add(weight * colours.get(i) + (1 - weight) * other.colours.get(i));
        }
        return new FrameStatistics(
                weight * sharpness + (1 - weight) * other.sharpness, weight * saturation + (1 - weight) * other.saturation,
                weight * motion + (1 - weight) * other.motion, List.copyOf(both));
    }

    /** Histogram intersection: 1 for equal, 0 for disjoint. */
    double colourSimilarity(FrameStatistics other) {
        double common = 0;
        for (int i = 0; i < CELLS; i++) {
            common += Math.min(colours.get(i), other.colours.get(i));
        }
        return common;
    }
}
