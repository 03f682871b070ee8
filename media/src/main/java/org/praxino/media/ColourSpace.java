package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.*;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Colour space and range, both for file tags and for conversion, so that they always agree. */
enum ColourSpace {
    /** Video: BT.709 matrix, studio range, whatever the size, and tagged so. */
    BT709(AVCOL_SPC_BT709, AVCOL_RANGE_MPEG),
    /** Y4M, which cannot carry a matrix tag: what its readers assume. */
    BT601(AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG),
    /** JPEG: BT.601 matrix, full range. */
    JPEG(AVCOL_SPC_SMPTE170M, AVCOL_RANGE_JPEG),
    /** Pictures that stay RGB. */
    SRGB(AVCOL_SPC_RGB, AVCOL_RANGE_JPEG);

    private final int space;
    private final int range;

    ColourSpace(int space, int range) {
        this.space = space;
        this.range = range;
    }

    /** RGB stays RGB; everything else that this project encodes for players is BT.709. */
    static ColourSpace of(int pixelFormat) {
        return (av_pix_fmt_desc_get(pixelFormat).flags() & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0 ? SRGB : BT709;
    }

    void tag(AVFrame frame) {
        frame.colorspace(space).color_range(range);
        if (this == BT709) {
            frame.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709);
        }
    }

    void tag(AVCodecContext context) {
        context.colorspace(space).color_range(range);
        if (this == BT709) {
            context.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709);
        }
    }
}
