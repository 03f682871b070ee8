package org.praxino.media;

/** How a frame is fitted to another aspect ratio. */
public enum Fit {
    /** Scaled to cover the size, the overhang cut off evenly: nothing empty, nothing distorted. */
    CROP,
    /** Scaled to fit inside the size, padded with the background. */
    PAD,
    /** Scaled to the size, distorting the shape. */
    STRETCH;

    /** The frame at exactly this size. */
    public Frame apply(Frame frame, int width, int height, Background background) {
        if (frame.width() == width && frame.height() == height) {
            return frame;
        }
        return switch (this) {
            case STRETCH -> FrameResizer.resize(frame, width, height);
            case CROP -> {
                // Cut before scaling: to the wanted shape, exact to half a pixel of the original.
                int cutW = Math.clamp(Math.round(frame.height() * (double) width / height), 1, frame.width());
                int cutH = Math.clamp(Math.round(frame.width() * (double) height / width), 1, frame.height());
                yield FrameResizer.resize(FrameTransforms.centreCrop(frame, cutW, cutH), width, height);
            }
            case PAD -> {
                double scale = Math.min(width / (double) frame.width(), height / (double) frame.height());
                int w = Math.clamp(Math.round(frame.width() * scale), 1, width);
                int h = Math.clamp(Math.round(frame.height() * scale), 1, height);
                yield FrameTransforms.pad(FrameResizer.resize(frame, w, h), width, height, background);
            }
        };
    }
}
