package org.praxino.train.eval;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.praxino.media.Frame;
import org.praxino.train.data.NamedColour;

/** The figure of a frame: its pixels that differ from the background. */
final class Figure {
    /** Difference in one channel, of 255, from which on a pixel belongs to the figure. */
    private static final int DIFFERENT = 32;

    /** Pieces with a smaller share of the frame are noise. */
    private static final double LEAST_PIECE = 0.003;

    /** A piece counts as one of several when it has this share of the largest one's area. */
    private static final double EQUAL_PIECE = 0.3;

    private static final int BORDER = 3;

    private final Frame frame;
    private final int height;
    private final int width;
    private final int[] piece; // of each pixel: 0 background, else the number of its piece
    private final int[] areas; // of each piece

    private Figure(Frame frame, int[] background) {
        this.frame = frame;
        this.height = frame.height();
        this.width = frame.width();
        this.piece = new int[height * width];
        boolean[] mask = new boolean[piece.length];
        for (int i = 0; i < mask.length; i++) {
            for (int c = 0; c < 3; c++) {
                mask[i] |= Math.abs(frame.at(i % width, i / width, c) - background[c]) > DIFFERENT;
            }
        }
        this.areas = label(mask);
    }

    /** @param background three channels, 0 to 255 */
    static Figure on(Frame frame, int[] background) {
        return new Figure(frame, background);
    }

    /** Medians of the channels along the border of a frame. */
    static int[] borderColour(Frame frame) {
        int[] median = new int[3];
        for (int c = 0; c < 3; c++) {
            var values = IntStream.builder();
            for (int y = 0; y < frame.height(); y++) {
                for (int x = 0; x < frame.width(); x++) {
                    if (Math.min(Math.min(x, frame.width() - 1 - x), Math.min(y, frame.height() - 1 - y)) < BORDER) {
                        values.add(frame.at(x, y, c));
                    }
                }
            }
            int[] sorted = values.build().sorted().toArray();
            median[c] = sorted[sorted.length / 2];
        }
        return median;
    }

    /** Labels 8-connected pieces, gaps of one pixel closed; returns the areas of those that are no noise. */
    private int[] label(boolean[] mask) {
        boolean[] closed = new boolean[mask.length];
        for (int i = 0; i < mask.length; i++) {
            for (int dy = -1; dy <= 1 && !closed[i]; dy++) {
                for (int dx = -1; dx <= 1; dx++) {
                    int x = i % width + dx;
                    int y = i / width + dy;
                    closed[i] |= x >= 0 && x < width && y >= 0 && y < height && mask[y * width + x];
                }
            }
        }
        int[] found = new int[mask.length + 1];
        int pieces = 0;
        var open = new ArrayDeque<Integer>();
        for (int start = 0; start < mask.length; start++) {
            if (!closed[start] || piece[start] != 0) {
                continue;
            }
            pieces++;
            piece[start] = pieces;
            open.add(start);
            while (!open.isEmpty()) {
                int at = open.remove();
                found[pieces] += mask[at] ? 1 : 0;
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        int x = at % width + dx;
                        int y = at / width + dy;
                        if (x >= 0 && x < width && y >= 0 && y < height && closed[y * width + x] && piece[y * width + x] == 0) {
                            piece[y * width + x] = pieces;
                            open.add(y * width + x);
                        }
                    }
                }
            }
        }
        int[] area = Arrays.copyOf(found, pieces + 1);
        for (int i = 0; i < piece.length; i++) {
            if (!mask[i] || area[piece[i]] < LEAST_PIECE * piece.length) {
                piece[i] = 0;
            }
        }
        for (int p = 1; p <= pieces; p++) {
            area[p] = area[p] < LEAST_PIECE * piece.length ? 0 : area[p];
        }
        return area;
    }

    /** Share of the frame, 0 to 1. */
    double area() {
        return Arrays.stream(areas).sum() / (double) piece.length;
    }

    /** Pieces of about the largest one's size. */
    int count() {
        int largest = Arrays.stream(areas).max().orElse(0);
        return (int) Arrays.stream(areas).filter(a -> a > 0 && a >= EQUAL_PIECE * largest).count();
    }

    /** Centre of gravity, x and y from 0 to 1; the middle if there is nothing. */
    double[] centre() {
        double x = 0;
        double y = 0;
        int n = 0;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] != 0) {
                x += i % width + 0.5;
                y += i / width + 0.5;
                n++;
            }
        }
        return n == 0 ? new double[] {0.5, 0.5} : new double[] {x / n / width, y / n / height};
    }

    /** Whether it reaches all four edges of the frame. */
    boolean touchesAllEdges() {
        boolean[] edges = new boolean[4];
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] != 0) {
                edges[0] |= i % width == 0;
                edges[1] |= i % width == width - 1;
                edges[2] |= i / width == 0;
                edges[3] |= i / width == height - 1;
            }
        }
        return edges[0] && edges[1] && edges[2] && edges[3];
    }

    /** The nearest of {@link NamedColour#HUES} to the mean hue, pixels weighted by their chroma. */
    NamedColour hue() {
        double cos = 0;
        double sin = 0;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] != 0) {
                int[] c = {frame.at(i % width, i / width, 0), frame.at(i % width, i / width, 1), frame.at(i % width, i / width, 2)};
                int chroma = Math.max(c[0], Math.max(c[1], c[2])) - Math.min(c[0], Math.min(c[1], c[2]));
                double angle = NamedColour.hue(c) * Math.PI / 3;
                cos += chroma * Math.cos(angle);
                sin += chroma * Math.sin(angle);
            }
        }
        double mean = Math.atan2(sin, cos);
        return NamedColour.HUES.stream()
                .max(Comparator.comparingDouble(colour -> Math.cos(mean - colour.hue() * Math.PI / 3)))
                .orElseThrow();
    }

    /** A rectangle of pixels; right and bottom lie outside. */
    record Box(int left, int top, int right, int bottom) {
        int side() {
            return Math.max(right - left, bottom - top);
        }
    }

    /** The box around all of it, or around its largest piece; empty if there is nothing. */
    Optional<Box> box(boolean largestPiece) {
        int largest = IntStream.range(0, areas.length).boxed().max(Comparator.comparingInt(p -> areas[p])).orElse(0);
        int left = width;
        int top = height;
        int right = -1;
        int bottom = -1;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] != 0 && (!largestPiece || piece[i] == largest)) {
                left = Math.min(left, i % width);
                right = Math.max(right, i % width);
                top = Math.min(top, i / width);
                bottom = Math.max(bottom, i / width);
            }
        }
        return right < 0 ? Optional.empty() : Optional.of(new Box(left, top, right + 1, bottom + 1));
    }

    /** Whether a pixel belongs to it. */
    boolean has(int x, int y) {
        return piece[y * width + x] != 0;
    }
}
