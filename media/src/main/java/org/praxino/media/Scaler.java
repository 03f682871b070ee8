package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_CL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_NCL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_FCC;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE240M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_BT2020;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_FCC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_SMPTE240M;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INP;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** Converts frames between sizes and pixel formats, with the matrix and range that they declare. */
final class Scaler implements AutoCloseable {
    private static final int EXACT = SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
    /** The whole of the fixed-point unit that FFmpeg uses for contrast and saturation. */
    private static final int UNITY = 1 << 16;

    private final int flags;
    private @Nullable SwsContext context;

    Scaler(int filter) {
        this.flags = filter | EXACT;
    }

    /** Fills {@code to} with what {@code from} shows. Sizes and formats may change between calls. */
    void scale(AVFrame from, AVFrame to) {
        try (var scope = new PointerScope()) {
            SwsContext sws = sws_getCachedContext(context, from.width(), from.height(), from.format(),
                    to.width(), to.height(), to.format(), flags, null, null, (DoublePointer) null);
            context = null; // the old one is gone even if there is no new one
            if (sws == null || sws.isNull()) {
                throw new MediaException("cannot convert a picture of %dx%d to %dx%d".formatted(
                        from.width(), from.height(), to.width(), to.height()));
            }
            context = sws;
            sws_setColorspaceDetails(sws, sws_getCoefficients(matrix(from)), range(from),
                    sws_getCoefficients(matrix(to)), range(to), 0, UNITY, UNITY);
            sws_scale(sws, from.data(), from.linesize(), 0, from.height(), to.data(), to.linesize());
        }
    }

    private static int range(AVFrame frame) {
        return frame.color_range() == AVCOL_RANGE_JPEG ? 1 : 0;
    }

    /** Untagged frames are treated as players do: BT.709 from 720 lines up, BT.601 below. */
    private static int matrix(AVFrame frame) {
        int space = frame.colorspace();
        if (space == AVCOL_SPC_BT709) {
            return SWS_CS_ITU709;
        } else if (space == AVCOL_SPC_BT2020_NCL || space == AVCOL_SPC_BT2020_CL) {
            return SWS_CS_BT2020;
        } else if (space == AVCOL_SPC_FCC) {
            return SWS_CS_FCC;
        } else if (space == AVCOL_SPC_SMPTE240M) {
            return SWS_CS_SMPTE240M;
        } else if (space == AVCOL_SPC_UNSPECIFIED && frame.height() >= 720) {
            return SWS_CS_ITU709;
        }
        return SWS_CS_ITU601;
    }

    @Override
    public void close() {
        if (context != null) {
            sws_freeContext(context);
            context = null;
        }
    }
}
