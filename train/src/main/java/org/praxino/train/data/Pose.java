package org.praxino.train.data;

/**
 * Position, scale and rotation of an image in the frame.
 *
 * @param x of its centre, 0 at the left edge of the frame, 1 at the right
 * @param y of its centre, 0 at the top, 1 at the bottom
 * @param scale its width as a share of the frame's
 * @param angle clockwise, in radians
 */
record Pose(double x, double y, double scale, double angle) {

    static final Pose FULL = new Pose(0.5, 0.5, 1);

    /** Upright. */
    Pose(double x, double y, double scale) {
        this(x, y, scale, 0);
    }
}
