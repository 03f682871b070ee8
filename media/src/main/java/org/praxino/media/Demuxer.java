package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;

/** Reads the packets of a file's video track. */
final class Demuxer implements AutoCloseable {
    /**
     * The containers that are opened. FFmpeg knows many more, among them playlists that fetch from elsewhere and formats whose
     * readers nobody maintains; untrusted files must not reach those.
     */
    private static final String CONTAINERS =
            "mov,matroska,avi,mpeg,mpegts,mpegvideo,ogg,flv,asf,ivf,yuv4mpegpipe,gif,apng,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe";

    private final Path file;
    private final AVFormatContext context;
    private final AVIOContext io;
    private final AVStream stream;

    private Demuxer(Path file, AVFormatContext context, AVIOContext io, AVStream stream) {
        this.file = file;
        this.context = context;
        this.io = io;
        this.stream = stream;
    }

    static Demuxer open(Path file, FileKind kind, DecodeLimits limits) {
        FfmpegCalls.load();
        try (var scope = new PointerScope(); var url = FfmpegCalls.fileUrl(file)) {
            var io = new AVIOContext(null);
            if (avio_open2(io, url.getString(), AVIO_FLAG_READ, null, (AVDictionary) null) < 0) {
                throw new MediaException("cannot read '" + file + "': permission denied");
            }
            var context = FfmpegCalls.allocated(avformat_alloc_context());
            try {
                context.pb(io);
                var stream = start(file, kind, context, limits);
                return new Demuxer(file, context, io, stream);
            } catch (FfmpegCalls.Failure e) {
                close(context, io);
                throw FileKind.unreadable(file, e);
            } catch (RuntimeException | Error e) {
                close(context, io);
                throw e;
            }
        }
    }

    private static AVStream start(Path file, FileKind kind, AVFormatContext context, DecodeLimits limits) throws FfmpegCalls.Failure {
        // No name is handed over: a name could be taken for a pattern or sway the guess; the content decides.
        AVDictionary options = FfmpegCalls.dictionary(Map.of("format_whitelist", CONTAINERS, "protocol_whitelist", "file"));
        AVInputFormat known = switch (kind) {
            case APNG -> av_find_input_format("apng");
            case JPEG -> av_find_input_format("jpeg_pipe");
            case GENERAL, HEIF, WEBP -> null;
        };
        try {
            FfmpegCalls.check(avformat_open_input(context, (BytePointer) null, known, options));
        } finally {
            av_dict_free(options);
        }
        findStreams(file, context, limits);
        int best = best(context);
        if (best < 0) {
            throw new MediaException("cannot read '" + file + "': " + (context.nb_streams() == 0 ? "it is damaged or cut short"
                    : "there are no pictures in it" + (hasCover(context) ? ", only sound with a cover" : "")));
        }
        if (kind == FileKind.HEIF) {
            return context.streams(best); // its other pictures may be parts of the one to show
        }
        for (int i = 0; i < context.nb_streams(); i++) {
            if (i != best) {
                context.streams(i).discard(AVDISCARD_ALL);
            }
        }
        return context.streams(best);
    }

    /** The track to show, or -1: a cover beside sound is none. */
    private static int best(AVFormatContext context) {
        int best = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (best < 0 || !isCover(context.streams(best))) {
            return best;
        }
        for (int i = 0; i < context.nb_streams(); i++) {
            if (context.streams(i).codecpar().codec_type() == AVMEDIA_TYPE_VIDEO && !isCover(context.streams(i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean hasCover(AVFormatContext context) {
        for (int i = 0; i < context.nb_streams(); i++) {
            if (isCover(context.streams(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCover(AVStream stream) {
        return (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0;
    }

    /** Reads ahead to learn sizes and rates; the limit keeps a tiny file from unpacking into a gigantic picture here already. */
    private static void findStreams(Path file, AVFormatContext context, DecodeLimits limits) throws FfmpegCalls.Failure {
        int streams = context.nb_streams();
        if (streams == 0) {
            FfmpegCalls.check(avformat_find_stream_info(context, (PointerPointer<?>) null));
            return;
        }
        var each = new AVDictionary[streams];
        try (var options = new PointerPointer<AVDictionary>(streams)) {
            for (int i = 0; i < streams; i++) {
                limits.check(file, context.streams(i).codecpar().width(), context.streams(i).codecpar().height());
                each[i] = FfmpegCalls.dictionary(Map.of("max_pixels", String.valueOf(limits.maxPixels())));
                options.put(i, each[i]);
            }
            int code = avformat_find_stream_info(context, options);
            for (int i = 0; i < streams; i++) {
                av_dict_free(options.position(i));
            }
            options.position(0);
            FfmpegCalls.check(code);
        }
    }

    AVFormatContext context() {
        return context;
    }

    AVStream stream() {
        return stream;
    }

    String container() {
        String name = context.iformat().name().getString();
        return switch (name) {
            case "mov,mp4,m4a,3gp,3g2,mj2" -> "mp4";
            case "matroska,webm" -> "matroska";
            case "yuv4mpegpipe" -> "y4m";
            default -> name.replace("_pipe", "");
        };
    }

    /** True for containers of a single image. */
    boolean isStill() {
        return context.iformat().name().getString().endsWith("_pipe");
    }

    /** Reads the next packet of the video track; false at the regular end of the file. */
    boolean read(AVPacket packet) {
        while (true) {
            av_packet_unref(packet);
            int code = av_read_frame(context, packet);
            if (code == AVERROR_EOF && !TruncationCheck.isTruncated(file, container())) {
                return false;
            }
            if (code < 0 || (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0 && packet.stream_index() == stream.index()) {
                throw new MediaException("'" + file + "' is damaged or cut short");
            }
            if (packet.stream_index() == stream.index()) {
                return true;
            }
        }
    }

    /** Reads the next packet of any picture; false at the end of the file. */
    boolean readAny(AVPacket packet) {
        av_packet_unref(packet);
        int code = av_read_frame(context, packet);
        if (code < 0 && code != AVERROR_EOF || code >= 0 && (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
            throw new MediaException("'" + file + "' is damaged or cut short");
        }
        return code >= 0;
    }

    /** Goes to a key frame at or before a time in the stream's own units; false if the file cannot. */
    boolean seek(long time) {
        return !isStill() && av_seek_frame(context, stream.index(), time, AVSEEK_FLAG_BACKWARD) >= 0;
    }

    @Override
    public void close() {
        close(context, io);
    }

    private static void close(AVFormatContext context, AVIOContext io) {
        if (!context.isNull()) {
            avformat_close_input(context);
        }
        if (!io.isNull()) {
            avio_closep(io);
        }
    }
}
