package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.*;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings of an FFmpeg encoder.
 *
 * @param encoder its name in FFmpeg
 * @param pixelFormat that it is fed
 * @param keyEvery frames from one key frame to the next
 * @param threads that it may use
 * @param options by its own names
 */
record EncoderSettings(String encoder, int pixelFormat, int keyEvery, int threads, Map<String, String> options) {
    private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());
    /** The smallest side that SVT-AV1 accepts. */
    private static final int SVT_LEAST = 64;

    /** The settings for a file format; fails with {@link MediaException} if the codec cannot make the size. */
    static EncoderSettings of(OutputFormat format, Frame first, WriteOptions options) {
        int keyEvery = Math.clamp(Math.round(options.fps() * 4), 12, 240);
        return switch (codec(format, options.codec())) {
            case AV1 -> av1(first, options, keyEvery);
            case VP9 -> vp9(format, first, options, keyEvery);
            case H264 -> h264(first, options, keyEvery);
            case AUTO -> webp(options, keyEvery);
        };
    }

    private static Codec codec(OutputFormat format, Codec wanted) {
        return switch (format) {
            case MP4 -> wanted == Codec.AUTO ? Codec.AV1 : wanted;
            case WEBM -> wanted == Codec.AUTO ? Codec.VP9 : wanted;
            default -> Codec.AUTO;
        };
    }

    /** Constant quality: 100 is close to lossless, 80 shows no difference at normal size, 30 shows blocks. */
    private static String rateFactor(WriteOptions options) {
        return String.valueOf(Math.round(58 - 0.48 * options.quality()));
    }

    private static EncoderSettings av1(Frame first, WriteOptions options, int keyEvery) {
        boolean svt = first.width() % 2 == 0 && first.height() % 2 == 0 && Math.min(first.width(), first.height()) >= SVT_LEAST;
        if (svt) {
            return new EncoderSettings("libsvtav1", AV_PIX_FMT_YUV420P, keyEvery, THREADS, Map.of("crf", rateFactor(options), "preset", "8"));
        }
        return new EncoderSettings("libaom-av1", AV_PIX_FMT_YUV420P, keyEvery, 1, Map.of(
                "crf", rateFactor(options), "b", "0", "cpu-used", "6"));
    }

    private static EncoderSettings vp9(OutputFormat format, Frame first, WriteOptions options, int keyEvery) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("crf", rateFactor(options));
        settings.put("b", "0");
        settings.put("deadline", "good");
        settings.put("cpu-used", "3");
        settings.put("row-mt", "1");
        boolean alpha = format == OutputFormat.WEBM && first.hasAlpha();
        if (alpha) {
            if (options.chroma() == Chroma.YUV444) {
                throw new MediaException("WebM keeps either alpha or full colour resolution (4:4:4), not both");
            }
            settings.put("auto-alt-ref", "0"); // hidden frames have no place to put their alpha
        }
        int pixels = alpha ? AV_PIX_FMT_YUVA420P : options.chroma() == Chroma.YUV444 ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P;
        return new EncoderSettings("libvpx-vp9", pixels, keyEvery, THREADS, settings);
    }

    private static EncoderSettings h264(Frame first, WriteOptions options, int keyEvery) {
        if (first.width() % 2 != 0 || first.height() % 2 != 0 || Math.min(first.width(), first.height()) < 16) {
            throw new MediaException("H.264 needs even sizes of at least 16x16, not " + first.size() + ": choose another size or codec av1");
        }
        // OpenH264 has no constant quality of its own: a generous bit rate and a fixed quantiser make one.
        String quantiser = String.valueOf(Math.round(42 - 0.3 * options.quality()));
        return new EncoderSettings("libopenh264", AV_PIX_FMT_YUV420P, keyEvery, THREADS, Map.of(
                "rc_mode", "quality", "b", "20000000", "profile", "high", "qmin", quantiser, "qmax", quantiser));
    }

    private static EncoderSettings webp(WriteOptions options, int keyEvery) {
        return new EncoderSettings("libwebp_anim", AV_PIX_FMT_RGB32, keyEvery, 1, Map.of("quality", String.valueOf(50 + options.quality() / 2)));
    }
}
