package org.praxino.media;

import static org.bytedeco.ffmpeg.global.swscale.SWS_AREA;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;

/** Resizes frames with an antialiasing filter. */
public final class FrameResizer {
    private FrameResizer() {}

    /** The resampling filter. */
    public enum Filter {
        /** Average over the area a new pixel covers: no ringing, for strong shrinking and pixel art. */
        BOX(SWS_AREA),
        /** Bicubic, widened when shrinking: sharper, the default. */
        BICUBIC(SWS_BICUBIC);

        final int flag;

        Filter(int flag) {
            this.flag = flag;
        }
    }

    /** The whole frame at another size, bicubic. */
    public static Frame resize(Frame frame, int width, int height) {
        return resize(frame, width, height, Filter.BICUBIC);
    }

    /** The whole frame at another size. Straight alpha is respected: hidden colours do not bleed into edges. */
    public static Frame resize(Frame frame, int width, int height, Filter filter) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("cannot resize to %dx%d".formatted(width, height));
        }
        if (width == frame.width() && height == frame.height()) {
            return frame;
        }
        Frame flat = frame.hasAlpha() ? FrameAlpha.premultiply(frame) : frame;
        int format = NativeFrame.packed(frame.channels());
        try (var from = NativeFrame.of(flat);
                var to = NativeFrame.allocate(width, height, format);
                var scaler = new Scaler(filter.flag)) {
            scaler.scale(from.av(), to.av());
            Frame scaled = to.download();
            return frame.hasAlpha() ? FrameAlpha.unpremultiply(scaled) : scaled;
        }
    }
}
