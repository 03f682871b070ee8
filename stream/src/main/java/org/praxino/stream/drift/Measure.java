package org.praxino.stream.drift;

import java.util.ArrayList;
import java.util.List;
import org.praxino.media.Frame;

/**
 * What one block of frames looks like. All but the colours are means over pixels of a grid and over frames, on a scale from 0 to 1.
 *
 * @param sharpness mean difference of brightness between neighbouring pixels
 * @param saturation mean difference between the strongest and the weakest channel
 * @param motion mean difference of brightness between a frame and the one before
 * @param colours share of pixels in each of 64 cells of the colour cube
 */
public record Measure(double sharpness, double saturation, double motion, List<Double> colours) {
    /** Pixels of the grid along the shorter side. */
    private static final int GRID = 64;

    static final int CELLS = 64;

    /** A measure and the grid of the last frame. */
    record Taken(Measure measure, int[] last) {}

    /** @param before grid of the frame before the first, or an array of another length where there is none */
    static Taken take(List<Frame> frames, int[] before) {
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
        return new Taken(new Measure(sums[0] / all / 2, sums[1] / all, moved == 0 ? 0 : sums[2] / (255.0 * points * moved), List.copyOf(colours)), last);
    }

    /** Adds one pixel to the sums; returns its brightness. */
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

    /** {@code weight} of this and the rest of {@code other}. */
    Measure mixed(Measure other, double weight) {
        var both = new ArrayList<Double>(CELLS);
        for (int i = 0; i < CELLS; i++) {
            both.add(weight * colours.get(i) + (1 - weight) * other.colours.get(i));
        }
        return new Measure(
                weight * sharpness + (1 - weight) * other.sharpness, weight * saturation + (1 - weight) * other.saturation,
                weight * motion + (1 - weight) * other.motion, List.copyOf(both));
    }

    /** Share of the colours that both have: 1 for the same palette, 0 for none in common. */
    double likeness(Measure other) {
        double common = 0;
        for (int i = 0; i < CELLS; i++) {
            common += Math.min(colours.get(i), other.colours.get(i));
        }
        return common;
    }
}
