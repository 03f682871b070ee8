package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Decodes a track's packets to frames in presentation order. */
final class Decoder implements AutoCloseable {
    private static final int LARGE = 640 * 480;

    private final Path file;
    private final Demuxer demuxer;
    private final AVCodecContext context;
    private final AVPacket packet = FfmpegCalls.allocated(av_packet_alloc());
    private boolean draining;
    private boolean any;

    private Decoder(Path file, Demuxer demuxer, AVCodecContext context) {
        this.file = file;
        this.demuxer = demuxer;
        this.context = context;
    }

    static Decoder open(Path file, Demuxer demuxer, DecodeLimits limits) {
        return new Decoder(file, demuxer, context(file, demuxer.stream(), demuxer.isStill(), limits));
    }

    /** An open decoder for one stream, which the caller frees. @param strict whether half a picture is an error */
    static AVCodecContext context(Path file, AVStream stream, boolean strict, DecodeLimits limits) {
        AVCodec codec = choose(stream);
        if (codec == null || codec.isNull()) {
            String name = avcodec_get_name(stream.codecpar().codec_id()).getString();
            throw new MediaException("cannot read '" + file + "': no decoder for its pictures, which are coded as " + name);
        }
        AVCodecContext context = FfmpegCalls.allocated(avcodec_alloc_context3(codec));
        try {
            FfmpegCalls.check(avcodec_parameters_to_context(context, stream.codecpar()));
            context.pkt_timebase(stream.time_base());
            context.max_pixels(limits.maxPixels());
            boolean large = (long) context.width() * context.height() >= LARGE;
            context.thread_count(large ? Math.min(4, Runtime.getRuntime().availableProcessors()) : 1);
            if (strict) {
                context.err_recognition(AV_EF_EXPLODE | AV_EF_CRCCHECK);
            }
            FfmpegCalls.check(avcodec_open2(context, codec, (AVDictionary) null));
            return context;
        } catch (FfmpegCalls.Failure e) {
            avcodec_free_context(context);
            throw FileKind.unreadable(file, e);
        }
    }

    /** FFmpeg's own VP8 and VP9 decoders drop the alpha channel; libvpx keeps it. */
    private static AVCodec choose(AVStream stream) {
        int id = stream.codecpar().codec_id();
        if (hasAlphaTrack(stream)) {
            return avcodec_find_decoder_by_name(id == AV_CODEC_ID_VP9 ? "libvpx-vp9" : "libvpx");
        }
        return avcodec_find_decoder(id);
    }

    /** True for WebM files with a separate alpha channel. */
    static boolean hasAlphaTrack(AVStream stream) {
        int id = stream.codecpar().codec_id();
        if (id != AV_CODEC_ID_VP8 && id != AV_CODEC_ID_VP9) {
            return false;
        }
        var entry = av_dict_get(stream.metadata(), "alpha_mode", null, 0);
        return entry != null && !entry.isNull() && entry.value().getString().equals("1");
    }

    String codec() {
        return avcodec_get_name(context.codec_id()).getString();
    }

    /** Decodes the next frame; false at the end. */
    boolean next(AVFrame frame) {
        while (true) {
            int code = avcodec_receive_frame(context, frame);
            if (code >= 0) {
                any = true;
                return true;
            } else if (code == AVERROR_EOF) {
                return false;
            } else if (code != AVERROR_EAGAIN()) {
                fail(code);
            }
            feed();
        }
    }

    private void feed() {
        if (!draining && demuxer.read(packet)) {
            int code = avcodec_send_packet(context, packet);
            if (code < 0 && code != AVERROR_EOF) {
                fail(code);
            }
        } else {
            draining = true;
            avcodec_send_packet(context, null);
        }
    }

    /** A recording may begin in mid-stream, so errors before the first frame are skipped; later ones mean damage. */
    private void fail(int code) {
        if (any || draining || demuxer.isStill()) {
            throw new MediaException("'" + file + "' is damaged or cut short: " + FfmpegCalls.reason(code));
        }
    }

    /** Forgets everything after a seek. */
    void flush() {
        avcodec_flush_buffers(context);
        draining = false;
    }

    @Override
    public void close() {
        av_packet_free(packet);
        avcodec_free_context(context);
    }
}
