package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerScope;

/** Encodes frames to packets. */
final class Encoder implements AutoCloseable {
    /** Takes each packet; it is valid during the call only. */
    interface PacketConsumer {
        void take(AVPacket packet) throws IOException;
    }

    private final AVCodecContext context;
    private final AVPacket packet = FfmpegCalls.allocated(av_packet_alloc());

    private Encoder(AVCodecContext context) {
        this.context = context;
    }

    static Encoder open(EncoderSettings settings, int width, int height, FrameRate rate, boolean globalHeader) throws IOException {
        FfmpegCalls.load();
        try (var scope = new PointerScope()) {
            AVCodec codec = avcodec_find_encoder_by_name(settings.encoder());
            if (codec == null || codec.isNull()) {
                throw new MediaException("this build of FFmpeg has no encoder " + settings.encoder());
            }
            AVCodecContext context = FfmpegCalls.allocated(avcodec_alloc_context3(codec));
            context.width(width).height(height).pix_fmt(settings.pixelFormat());
            context.time_base().num(rate.den()).den(rate.num());
            context.framerate().num(rate.num()).den(rate.den());
            context.sample_aspect_ratio().num(1).den(1);
            context.gop_size(settings.keyEvery());
            context.thread_count(settings.threads());
            int quality = settings.options().containsKey("global_quality") ? AV_CODEC_FLAG_QSCALE : 0;
            context.flags(AV_CODEC_FLAG_BITEXACT | quality | (globalHeader ? AV_CODEC_FLAG_GLOBAL_HEADER : 0));
            ColourSpace.of(settings.pixelFormat()).tag(context);
            AVDictionary options = FfmpegCalls.dictionary(settings.options());
            try {
                FfmpegCalls.check(avcodec_open2(context, codec, options));
                if (av_dict_count(options) > 0) {
                    throw new IllegalStateException(settings.encoder() + " does not know "
                            + av_dict_iterate(options, null).key().getString());
                }
            } catch (IOException | RuntimeException e) {
                avcodec_free_context(context);
                throw e;
            } finally {
                av_dict_free(options);
            }
            return new Encoder(context);
        }
    }

    AVCodecContext context() {
        return context;
    }

    /** Encodes one frame; its time is counted in frames. */
    void encode(AVFrame frame, long index, PacketConsumer taker) throws IOException {
        frame.pts(index);
        frame.duration(1);
        FfmpegCalls.check(avcodec_send_frame(context, frame));
        drain(taker);
    }

    /** Ends the stream. */
    void finish(PacketConsumer taker) throws IOException {
        FfmpegCalls.check(avcodec_send_frame(context, null));
        drain(taker);
    }

    private void drain(PacketConsumer taker) throws IOException {
        while (true) {
            int code = avcodec_receive_packet(context, packet);
            if (code == AVERROR_EAGAIN() || code == AVERROR_EOF) {
                return;
            }
            FfmpegCalls.check(code);
            taker.take(packet);
            av_packet_unref(packet);
        }
    }

    @Override
    public void close() {
        av_packet_free(packet);
        avcodec_free_context(context);
    }
}
