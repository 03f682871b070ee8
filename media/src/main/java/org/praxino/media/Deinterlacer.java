package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avfilter.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a decoder, deinterlaced by FFmpeg's filter {@code bwdif} where they are interlaced. A
 * frame stays a frame, at its time. A file without such frames passes as it is, without any cost.
 */
final class Deinterlacer implements AutoCloseable {
    private static final int AV_FRAME_FLAG_INTERLACED = 1 << 3; // as in libavutil/frame.h; the binding does not have it
    /** The filter looks at three lines. */
    private static final int SMALLEST = 4;

    private final Decoder decoder;
    private final AVRational timeBase;
    private final AVFrame input = FfmpegCalls.allocated(av_frame_alloc());
    private @Nullable AVFilterGraph graph;
    private @Nullable AVFilterContext source;
    private @Nullable AVFilterContext sink;
    private int width;
    private int height;
    private int format;
    private boolean waiting; // input holds a frame that the present graph cannot take
    private boolean ended;
    private @Nullable MediaException damage; // reported after the frames that came before it

    Deinterlacer(Decoder decoder, AVRational timeBase) {
        this.decoder = decoder;
        this.timeBase = timeBase;
    }

    /** Fills the frame with the next picture; false at the end. */
    boolean next(AVFrame frame) {
        while (true) {
            if (graph == null) {
                if (!waiting) {
                    return fresh(frame);
                }
                waiting = false;
                open(input);
                send(input);
            }
            if (receive(frame)) {
                return true;
            } else if (graph == null) {
                if (damage != null) {
                    throw damage;
                } else if (ended) {
                    return false;
                }
            } else {
                feed();
            }
        }
    }

    /** The next frame while nothing is filtered: the first interlaced one starts the filter. */
    private boolean fresh(AVFrame frame) {
        if (ended || !decoder.next(frame)) {
            return false;
        }
        if (!isInterlaced(frame)) {
            return true;
        }
        av_frame_move_ref(input, frame);
        waiting = true;
        return next(frame);
    }

    private static boolean isInterlaced(AVFrame frame) {
        return (frame.flags() & AV_FRAME_FLAG_INTERLACED) != 0 && frame.width() >= SMALLEST && frame.height() >= SMALLEST;
    }

    private boolean receive(AVFrame frame) {
        int code = av_buffersink_get_frame(sink, frame);
        if (code == AVERROR_EOF) {
            closeGraph();
        } else if (code >= 0) {
            try (var scope = new PointerScope()) {
                frame.duration(av_rescale_q(frame.duration(), av_buffersink_get_time_base(sink), timeBase));
            }
        } else if (code != AVERROR_EAGAIN()) {
            throw failed(code);
        }
        return code >= 0;
    }

    private void feed() {
        boolean more = false;
        try {
            more = decoder.next(input);
            ended = !more;
        } catch (MediaException e) {
            damage = e;
        }
        if (!more) {
            send(null);
        } else if (input.width() != width || input.height() != height || input.format() != format) {
            waiting = true;
            send(null);
        } else {
            send(input);
        }
    }

    /** Hands a frame to the filter, which takes what it holds; null ends it. */
    private void send(@Nullable AVFrame frame) {
        if (frame != null) {
            frame.pts(frame.best_effort_timestamp());
        }
        int code = av_buffersrc_add_frame(source, frame);
        if (code < 0) {
            throw failed(code);
        }
    }

    private void open(AVFrame first) {
        width = first.width();
        height = first.height();
        format = first.format();
        AVFilterGraph made = FfmpegCalls.allocated(avfilter_graph_alloc());
        graph = made;
        made.nb_threads(1);
        var pixels = first.sample_aspect_ratio();
        String arguments = "video_size=%dx%d:pix_fmt=%d:time_base=%d/%d:pixel_aspect=%d/%d:colorspace=%d:range=%d".formatted(width, height, format,
                timeBase.num(), timeBase.den(), pixels.num(), Math.max(1, pixels.den()), first.colorspace(), first.color_range());
        source = new AVFilterContext(null);
        sink = new AVFilterContext(null);
        var filter = new AVFilterContext(null);
        create(source, "buffer", arguments, made);
        create(filter, "bwdif", "mode=send_frame:parity=auto:deint=interlaced", made);
        create(sink, "buffersink", null, made);
        check(avfilter_link(source, 0, filter, 0));
        check(avfilter_link(filter, 0, sink, 0));
        check(avfilter_graph_config(made, null));
    }

    private static void create(AVFilterContext filter, String name, @Nullable String arguments, AVFilterGraph graph) {
        check(avfilter_graph_create_filter(filter, avfilter_get_by_name(name), name, arguments, (Pointer) null, graph));
    }

    private static void check(int code) {
        if (code < 0) {
            throw failed(code);
        }
    }

    private static MediaException failed(int code) {
        return new MediaException("cannot make whole pictures of interlaced ones: " + FfmpegCalls.reason(code));
    }

    private void closeGraph() {
        if (graph != null) {
            avfilter_graph_free(graph);
            graph = null;
            source = null;
            sink = null;
        }
    }

    @Override
    public void close() {
        closeGraph();
        av_frame_free(input);
    }
}
