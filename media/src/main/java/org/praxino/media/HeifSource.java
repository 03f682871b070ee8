package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;

import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** A HEIC or AVIF still: one coded picture or tiles, with its transparency if it has one. */
final class HeifSource implements FrameSource {
    private final Path file;
    private final DecodeLimits limits;
    private final Demuxer demuxer;
    private final HeifPicture colours;
    private final @Nullable HeifPicture alpha;
    private final boolean premultiplied;
    private final VideoInfo info;
    private @Nullable Frame shown;

    private HeifSource(Path file, DecodeLimits limits, Demuxer demuxer, HeifItems items) {
        AVFormatContext context = demuxer.context();
        this.file = file;
        this.limits = limits;
        this.demuxer = demuxer;
        this.colours = HeifPicture.of(file, context, items.primary(), limits);
        this.alpha = items.alpha() == 0 ? null : HeifPicture.of(file, context, items.alpha(), limits);
        this.premultiplied = items.premultiplied();
        int width = colours.shown().width();
        int height = colours.shown().height();
        if (width < 1 || height < 1) {
            throw new MediaException("cannot read '" + file + "': it is damaged or cut short, its picture size is unknown");
        }
        limits.check(file, width, height);
        boolean sideways = colours.orientation().swapsSides();
        String codec = avcodec_get_name(context.streams(colours.tiles().getFirst().stream()).codecpar().codec_id()).getString();
        this.info = new VideoInfo(sideways ? height : width, sideways ? width : height, 0, 1, 0, "heif", codec, alpha != null);
    }

    static HeifSource open(Path file, DecodeLimits limits) {
        HeifItems items = HeifItems.read(file);
        try (var scope = new PointerScope()) {
            Demuxer demuxer = Demuxer.open(file, FileKind.HEIF, limits);
            try {
                return new HeifSource(file, limits, demuxer, items);
            } catch (RuntimeException | Error e) {
                demuxer.close();
                throw e;
            }
        }
    }

    @Override
    public VideoInfo info() {
        return info;
    }

    @Override
    public boolean next() {
        if (shown != null) {
            return false;
        }
        try (var scope = new PointerScope()) {
            Frame[] decoded = decode();
            Frame picture = colours.compose(file, decoded);
            if (alpha != null) {
                picture = withAlpha(picture, FrameResizer.resize(alpha.compose(file, decoded), picture.width(), picture.height()));
                picture = premultiplied ? FrameAlpha.unpremultiply(picture) : picture;
            }
            shown = colours.orientation().apply(picture); // the same is meant for the transparency
            return true;
        }
    }

    private static Frame withAlpha(Frame colours, Frame alpha) {
        byte[] to = FrameAlpha.withAlpha(colours).data().clone();
        for (int i = 3, from = 0; i < to.length; i += 4, from += 3) {
            to[i] = alpha.data()[from]; // grey
        }
        return new Frame(colours.width(), colours.height(), 4, to);
    }

    /** The coded pictures that are needed, by number of their stream. */
    private Frame[] decode() {
        var decoded = new Frame[demuxer.context().nb_streams()];
        AVPacket packet = FfmpegCalls.allocated(av_packet_alloc());
        AVFrame frame = FfmpegCalls.allocated(av_frame_alloc());
        try (var scaler = new Scaler(SWS_BICUBIC)) {
            while (demuxer.readAny(packet)) {
                int i = packet.stream_index();
                if (decoded[i] == null && (colours.needs(i) || alpha != null && alpha.needs(i))) {
                    decode(i, packet, frame);
                    limits.check(file, frame.width(), frame.height());
                    try (var rgb = NativeFrame.allocate(frame.width(), frame.height(), AV_PIX_FMT_RGB24)) {
                        scaler.scale(frame, rgb.av());
                        decoded[i] = rgb.download();
                    }
                    av_frame_unref(frame);
                }
            }
            return decoded;
        } finally {
            av_packet_free(packet);
            av_frame_free(frame);
        }
    }

    private void decode(int stream, AVPacket packet, AVFrame frame) {
        AVCodecContext decoder = Decoder.context(file, demuxer.context().streams(stream), true, limits);
        try {
            int code = avcodec_send_packet(decoder, packet);
            if (code >= 0) {
                avcodec_send_packet(decoder, null);
                code = avcodec_receive_frame(decoder, frame);
            }
            if (code < 0) {
                throw new MediaException("'" + file + "' is damaged or cut short: " + FfmpegCalls.reason(code));
            }
        } finally {
            avcodec_free_context(decoder);
        }
    }

    @Override
    public double begin() {
        return 0;
    }

    @Override
    public double end() {
        return 0.04; // as other stills
    }

    @Override
    public Frame picture() {
        return Objects.requireNonNull(shown, "no frame is on show");
    }

    @Override
    public void seek(double seconds) {
        // A still has one frame, at its beginning.
    }

    @Override
    public void close() {
        demuxer.close();
    }
}
