package org.praxino.media;

/** Compositing, premultiplying and unpremultiplying straight alpha, in sRGB values as browsers do. */
public final class FrameAlpha {
    private FrameAlpha() {}

    /** The frame as it looks before a colour: three channels. A frame without alpha is returned as it is. */
    public static Frame over(Frame frame, Rgb colour) {
        if (!frame.hasAlpha()) {
            return frame;
        }
        byte[] from = frame.data();
        var to = new byte[frame.width() * frame.height() * 3];
        for (int i = 0, o = 0; i < from.length; i += 4, o += 3) {
            int alpha = from[i + 3] & 0xff;
            to[o] = mix(from[i], colour.red(), alpha);
            to[o + 1] = mix(from[i + 1], colour.green(), alpha);
            to[o + 2] = mix(from[i + 2], colour.blue(), alpha);
        }
        return new Frame(frame.width(), frame.height(), 3, to);
    }

    /** The frame with an alpha channel: opaque if there was none. */
    public static Frame withAlpha(Frame frame) {
        if (frame.hasAlpha()) {
            return frame;
        }
        byte[] from = frame.data();
        var to = new byte[frame.width() * frame.height() * 4];
        for (int i = 0, o = 0; i < from.length; i += 3, o += 4) {
            to[o] = from[i];
            to[o + 1] = from[i + 1];
            to[o + 2] = from[i + 2];
            to[o + 3] = (byte) 255;
        }
        return new Frame(frame.width(), frame.height(), 4, to);
    }

    /** Colours times alpha, so that filters do not smear the colours of transparent pixels over visible ones. */
    static Frame premultiply(Frame frame) {
        var to = frame.data().clone();
        for (int i = 0; i < to.length; i += 4) {
            int alpha = to[i + 3] & 0xff;
            for (int c = i; c < i + 3; c++) {
                to[c] = mix(to[c], 0, alpha);
            }
        }
        return new Frame(frame.width(), frame.height(), 4, to);
    }

    /** The inverse of {@link #premultiply}; fully transparent pixels become black. */
    static Frame unpremultiply(Frame frame) {
        var to = frame.data().clone();
        for (int i = 0; i < to.length; i += 4) {
            int alpha = to[i + 3] & 0xff;
            for (int c = i; c < i + 3; c++) {
                to[c] = (byte) (alpha == 0 ? 0 : Math.min(255, ((to[c] & 0xff) * 255 + alpha / 2) / alpha));
            }
        }
        return new Frame(frame.width(), frame.height(), 4, to);
    }

    private static byte mix(byte front, int back, int alpha) {
        return (byte) (((front & 0xff) * alpha + back * (255 - alpha) + 127) / 255);
    }
}
