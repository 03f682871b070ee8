package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** Frames decoded by FFmpeg. Decodes one frame ahead, because a frame's duration follows from the next one. */
final class FfmpegSource implements FrameSource {
    private final Path file;
    private final DecodeLimits limits;
    private final Demuxer demuxer;
    private final Decoder decoder;
    private final Deinterlacer pictures;
    private final Scaler scaler = new Scaler(SWS_BICUBIC);
    private final VideoInfo info;
    private final Orientation orientation;
    private final double timeBase;
    private final double[] gifTimes; // of the frames and of the end; empty for other formats
    private int index = -1; // of the frame on show
    private AVFrame shown = FfmpegCalls.allocated(av_frame_alloc());
    private AVFrame ahead = FfmpegCalls.allocated(av_frame_alloc());
    private boolean started;
    private boolean hasAhead;
    private @Nullable MediaException damage; // found while looking ahead; reported after the good frame
    private long zero;
    private double begin;
    private double end;

    private FfmpegSource(Path file, FileKind kind, DecodeLimits limits, Demuxer demuxer, Decoder decoder) {
        this.file = file;
        this.limits = limits;
        this.demuxer = demuxer;
        this.decoder = decoder;
        AVStream stream = demuxer.stream();
        this.pictures = new Deinterlacer(decoder, stream.time_base());
        this.timeBase = av_q2d(stream.time_base());
        this.orientation = demuxer.isStill() || kind == FileKind.APNG ? ExifOrientation.of(file) : displayMatrix(stream);
        this.gifTimes = demuxer.container().equals("gif") ? GifBlocks.times(file) : new double[0];
        this.info = describe(stream, kind);
        this.zero = stream.start_time();
    }

    static FfmpegSource open(Path file, FileKind kind, DecodeLimits limits) {
        try (var scope = new PointerScope()) {
            Demuxer demuxer = Demuxer.open(file, kind, limits);
            try {
                checkSize(file, demuxer.stream().codecpar().width(), demuxer.stream().codecpar().height(), limits);
                return new FfmpegSource(file, kind, limits, demuxer, Decoder.open(file, demuxer, limits));
            } catch (RuntimeException | Error e) {
                demuxer.close();
                throw e;
            }
        }
    }

    private static void checkSize(Path file, int width, int height, DecodeLimits limits) {
        if (width < 1 || height < 1) {
            throw new MediaException("cannot read '" + file + "': it is damaged or cut short, its picture size is unknown");
        }
        limits.check(file, width, height);
    }

    private VideoInfo describe(AVStream stream, FileKind kind) {
        int height = stream.codecpar().height();
        int width = squareWidth(stream.codecpar().width(), aspect(null));
        boolean sideways = orientation.swapsSides();
        long counted = kind == FileKind.APNG ? PngChunks.animationFrames(file) : stream.nb_frames();
        boolean gif = gifTimes.length > 0;
        long frames = gif ? Math.max(1, gifTimes.length - 1) : counted > 0 ? counted : -1;
        boolean guessed = demuxer.context().duration_estimation_method() == AVFMT_DURATION_FROM_BITRATE;
        double seconds = gif ? gifTimes[gifTimes.length - 1] : kind == FileKind.APNG ? PngChunks.animationSeconds(file) : guessed ? -1 : stream.duration() > 0
                ? stream.duration() * timeBase
                : demuxer.context().duration() > 0 ? demuxer.context().duration() / (double) AV_TIME_BASE : -1;
        double rate = frames > 0 && seconds > 0 ? frames / seconds : declaredRate(stream);
        boolean alpha = Decoder.hasAlphaTrack(stream) || hasAlpha(stream.codecpar().format());
        boolean still = demuxer.isStill() || gif && frames == 1;
        return new VideoInfo(sideways ? height : width, sideways ? width : height, still ? 0 : rate,
                still ? 1 : frames, still ? 0 : seconds, demuxer.container(), decoder.codec(), alpha);
    }

    private static boolean hasAlpha(int format) {
        var description = av_pix_fmt_desc_get(format);
        return description != null && (description.flags() & AV_PIX_FMT_FLAG_ALPHA) != 0;
    }

    /** Phones store pictures sideways or mirrored and say so in a matrix. */
    static Orientation displayMatrix(AVStream stream) {
        var parameters = stream.codecpar();
        var side = parameters.nb_coded_side_data() == 0 ? null : av_packet_side_data_get(
                parameters.coded_side_data(), parameters.nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        return orientation(side);
    }

    /** The orientation that a display matrix stands for. */
    static Orientation orientation(@Nullable AVPacketSideData side) {
        return side == null || side.isNull() || side.size() < 36
                ? Orientation.UPRIGHT
                : Orientation.ofMatrix(new IntPointer(side.data()).capacity(9).asBuffer());
    }

    private double declaredRate(AVStream stream) {
        AVRational rate = av_guess_frame_rate(demuxer.context(), stream, null);
        return rate.num() > 0 && rate.den() > 0 ? av_q2d(rate) : 0;
    }

    private AVRational aspect(@Nullable AVFrame frame) {
        return av_guess_sample_aspect_ratio(demuxer.context(), demuxer.stream(), frame);
    }

    /** The width with square pixels, from the pixel aspect ratio. */
    private static int squareWidth(int width, AVRational aspect) {
        double ratio = aspect.num() > 0 && aspect.den() > 0 ? av_q2d(aspect) : 1;
        return ratio < 0.25 || ratio > 4 ? width : Math.max(1, (int) Math.round(width * ratio));
    }

    @Override
    public VideoInfo info() {
        return info;
    }

    @Override
    public boolean next() {
        try (var scope = new PointerScope()) {
            if (!started) {
                started = true;
                hasAhead = pictures.next(ahead);
                if (!hasAhead) {
                    throw new MediaException("cannot read '" + file + "': there is not one whole picture in it");
                }
                if (zero == AV_NOPTS_VALUE) {
                    zero = ahead.best_effort_timestamp();
                }
            }
            if (damage != null) {
                throw damage;
            }
            if (!hasAhead) {
                return false;
            }
            AVFrame free = shown;
            shown = ahead;
            ahead = free;
            lookAhead();
            index++;
            if (index + 1 < gifTimes.length) {
                begin = gifTimes[index];
                end = gifTimes[index + 1];
            } else {
                begin = Math.max(end, time(shown));
                double until = hasAhead ? time(ahead) : begin + length(shown);
                end = until > begin ? until : begin + 1e-3;
            }
            return true;
        }
    }

    private void lookAhead() {
        av_frame_unref(ahead);
        hasAhead = false;
        if (demuxer.isStill()) { // what follows a picture in its file is for others: gain maps, other views, a film
            if (TruncationCheck.isTruncated(file, demuxer.container())) {
                damage = new MediaException("'" + file + "' is damaged or cut short");
            }
            return;
        }
        try {
            hasAhead = pictures.next(ahead);
        } catch (MediaException e) {
            damage = e;
        }
    }

    private double time(AVFrame frame) {
        long time = frame.best_effort_timestamp();
        return time == AV_NOPTS_VALUE ? end : (time - zero) * timeBase;
    }

    private double length(AVFrame frame) {
        return frame.duration() > 0 ? frame.duration() * timeBase : info.fps() > 0 ? 1 / info.fps() : 0.04;
    }

    @Override
    public double begin() {
        return begin;
    }

    @Override
    public double end() {
        return end;
    }

    @Override
    public Frame picture() {
        try (var scope = new PointerScope()) {
            checkSize(file, shown.width(), shown.height(), limits);
            int format = hasAlpha(shown.format()) ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
            Frame frame;
            try (var packed = NativeFrame.allocate(shown.width(), shown.height(), format)) {
                scaler.scale(shown, packed.av());
                frame = packed.download();
            }
            int width = squareWidth(shown.width(), aspect(shown));
            return orientation.apply(FrameResizer.resize(frame, width, frame.height()));
        }
    }

    @Override
    public void seek(double seconds) {
        try (var scope = new PointerScope()) {
            if (!started && gifTimes.length == 0 && zero != AV_NOPTS_VALUE && demuxer.seek(zero + (long) (seconds / timeBase))) {
                decoder.flush();
            }
        }
    }

    @Override
    public void close() {
        av_frame_free(shown);
        av_frame_free(ahead);
        scaler.close();
        pictures.close();
        decoder.close();
        demuxer.close();
    }
}
