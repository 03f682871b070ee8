package org.praxino.media;

/** Crops, pads and rotates frames. */
public final class FrameTransforms {
    private FrameTransforms() {}

    /** The part of the frame that starts at (x, y). */
    public static Frame crop(Frame frame, int x, int y, int width, int height) {
        if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > frame.width() || y + height > frame.height()) {
            throw new IllegalArgumentException("cannot cut %dx%d at (%d, %d) out of a %s frame"
                    .formatted(width, height, x, y, frame.size()));
        }
        if (width == frame.width() && height == frame.height()) {
            return frame;
        }
        int row = width * frame.channels();
        var to = new byte[height * row];
        for (int r = 0; r < height; r++) {
            System.arraycopy(frame.data(), frame.offset(x, y + r), to, r * row, row);
        }
        return new Frame(width, height, frame.channels(), to);
    }

    /** The middle of the frame. */
    public static Frame centreCrop(Frame frame, int width, int height) {
        return crop(frame, (frame.width() - width) / 2, (frame.height() - height) / 2, width, height);
    }

    /** The frame in the middle of a larger one. Transparent padding gives four channels. */
    public static Frame pad(Frame frame, int width, int height, Background background) {
        if (width < frame.width() || height < frame.height()) {
            throw new IllegalArgumentException("cannot pad a %s frame to the smaller %dx%d".formatted(frame.size(), width, height));
        }
        if (width == frame.width() && height == frame.height()) {
            return frame;
        }
        Frame inner = background instanceof Rgb ? frame : FrameAlpha.withAlpha(frame);
        Frame outer = switch (background) {
            case Rgb colour when inner.hasAlpha() -> FrameAlpha.withAlpha(Frame.filled(width, height, colour));
            case Rgb colour -> Frame.filled(width, height, colour);
            case Background.Transparent _ -> new Frame(width, height, 4, new byte[width * height * 4]);
        };
        int x = (width - inner.width()) / 2;
        int y = (height - inner.height()) / 2;
        int row = inner.width() * inner.channels();
        for (int r = 0; r < inner.height(); r++) {
            System.arraycopy(inner.data(), r * row, outer.data(), outer.offset(x, y + r), row);
        }
        return outer;
    }

    /** The frame turned clockwise by so many quarter turns. */
    public static Frame turn(Frame frame, int quarterTurns) {
        return switch (Math.floorMod(quarterTurns, 4)) {
            case 0 -> frame;
            case 1 -> Orientation.QUARTER_TURN.apply(frame);
            case 2 -> Orientation.HALF_TURN.apply(frame);
            default -> Orientation.QUARTER_TURN_BACK.apply(frame);
        };
    }
}
