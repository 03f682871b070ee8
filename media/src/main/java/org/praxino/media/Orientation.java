package org.praxino.media;

import java.nio.IntBuffer;

/**
 * How a stored picture must be turned and mirrored to be upright: the eight values of EXIF's tag Orientation (EXIF 2.32, section 4.6.4),
 * in its order. A picture is transposed first, then mirrored left to right, then top to bottom.
 */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    HALF_TURN(false, true, true),
    UPSIDE_DOWN_MIRRORED(false, false, true),
    TRANSPOSED(true, false, false),
    QUARTER_TURN(true, true, false),
    TRANSVERSE(true, true, true),
    QUARTER_TURN_BACK(true, false, true);

    private final boolean transposed;
    private final boolean mirrored;
    private final boolean flipped;

    Orientation(boolean transposed, boolean mirrored, boolean flipped) {
        this.transposed = transposed;
        this.mirrored = mirrored;
        this.flipped = flipped;
    }

    /** By EXIF's number; one that EXIF does not have is ignored, as browsers do. */
    static Orientation ofExif(int number) {
        return number >= 1 && number <= 8 ? values()[number - 1] : UPRIGHT;
    }

    /** By a display matrix of nine numbers (ISO 14496-12, section 6.2.2); the nearest one where the matrix turns by less than a quarter. */
    static Orientation ofMatrix(IntBuffer matrix) {
        int a = matrix.get(0);
        int b = matrix.get(1);
        int c = matrix.get(3);
        int d = matrix.get(4);
        boolean transposed = Math.abs((long) b) + Math.abs((long) c) > Math.abs((long) a) + Math.abs((long) d);
        boolean mirrored = (transposed ? c : a) < 0;
        boolean flipped = (transposed ? b : d) < 0;
        for (Orientation each : values()) {
            if (each.transposed == transposed && each.mirrored == mirrored && each.flipped == flipped) {
                return each;
            }
        }
        throw new AssertionError("the eight values are all there are");
    }

    /** True when width and height change places. */
    boolean swapsSides() {
        return transposed;
    }

    /** The picture upright. */
    Frame apply(Frame frame) {
        if (this == UPRIGHT) {
            return frame;
        }
        int width = transposed ? frame.height() : frame.width();
        int height = transposed ? frame.width() : frame.height();
        int channels = frame.channels();
        var to = new byte[frame.data().length];
        for (int y = 0, o = 0; y < height; y++) {
            int v = flipped ? height - 1 - y : y;
            for (int x = 0; x < width; x++, o += channels) {
                int u = mirrored ? width - 1 - x : x;
                System.arraycopy(frame.data(), transposed ? frame.offset(v, u) : frame.offset(u, v), to, o, channels);
            }
        }
        return new Frame(width, height, channels, to);
    }
}
