package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.PointerScope;

/** Writes one track's packets to a container file. */
final class Muxer implements AutoCloseable {
    private final AVFormatContext context;
    private AVIOContext io;

    private Muxer(AVFormatContext context, AVIOContext io) {
        this.context = context;
        this.io = io;
    }

    /** Opens a file for a container that is given by FFmpeg's name for it. */
    static Muxer open(String container, Path file) throws IOException {
        FfmpegCalls.load();
        try (var scope = new PointerScope(); var url = FfmpegCalls.fileUrl(file)) {
            var context = new AVFormatContext(null);
            FfmpegCalls.check(avformat_alloc_output_context2(context, null, container, url.getString()));
            var io = new AVIOContext(null);
            int code = avio_open2(io, url.getString(), AVIO_FLAG_WRITE, null, (AVDictionary) null);
            if (code < 0) {
                avformat_free_context(context);
                throw new FfmpegCalls.Failure(code, FfmpegCalls.reason(code));
            }
            context.pb(io);
            context.flags(context.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT); // no random numbers, no dates: a seed gives the same file again
            return new Muxer(context, io);
        }
    }

    /** True if the container stores the encoder's headers globally. */
    boolean wantsGlobalHeader() {
        return (context.oformat().flags() & AVFMT_GLOBALHEADER) != 0;
    }

    /** Writes the beginning of the file. */
    void begin(AVCodecContext encoder, Map<String, String> tags, Map<String, String> streamTags, Map<String, String> options)
            throws IOException {
        try (var scope = new PointerScope()) {
            AVStream stream = FfmpegCalls.allocated(avformat_new_stream(context, null));
            FfmpegCalls.check(avcodec_parameters_from_context(stream.codecpar(), encoder));
            stream.time_base(encoder.time_base());
            stream.avg_frame_rate(encoder.framerate());
            context.metadata(FfmpegCalls.dictionary(tags)); // freed with the context
            stream.metadata(FfmpegCalls.dictionary(streamTags));
            AVDictionary dictionary = FfmpegCalls.dictionary(options);
            try {
                FfmpegCalls.check(avformat_write_header(context, dictionary));
            } finally {
                av_dict_free(dictionary);
            }
        }
    }

    /** Writes a packet; its times are in the encoder's time base. */
    void write(AVPacket packet, AVCodecContext encoder) throws IOException {
        try (var scope = new PointerScope()) {
            av_packet_rescale_ts(packet, encoder.time_base(), context.streams(0).time_base());
            packet.stream_index(0);
            FfmpegCalls.check(av_interleaved_write_frame(context, packet));
        }
    }

    /** Writes the end of the file. Errors that FFmpeg kept back while buffering surface here. */
    void finish() throws IOException {
        try (var scope = new PointerScope()) {
            FfmpegCalls.check(av_write_trailer(context));
            FfmpegCalls.check(context.pb().error());
            int code = avio_closep(io);
            context.pb(null);
            FfmpegCalls.check(code);
        }
    }

    @Override
    public void close() {
        if (!io.isNull()) {
            avio_closep(io);
        }
        avformat_free_context(context);
    }
}
