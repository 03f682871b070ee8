package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_free;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * Writes live frames as fragmented MP4 with VP9: an initialisation segment, then a fragment for each frame (ISO/IEC 14496-12, 8.8), for
 * Media Source Extensions and for players that read an endless file. The initialisation segment marks the video as generated. Not
 * thread-safe.
 */
public final class FragmentedMp4 implements AutoCloseable {
    private static final Map<String, String> OPTIONS = Map.of("movflags", "+frag_custom+empty_moov+default_base_moof+skip_trailer");
    private static final Map<String, String> TAGS = Map.of("title", GeneratedMetadata.STATEMENT, "comment", GeneratedMetadata.DIGITAL_SOURCE_TYPE);

    private final Vp9Stream encoder;
    private final AVFormatContext context;
    private final byte[] initSegment;
    private Vp9Stream.Chunk result = new Vp9Stream.Chunk(new byte[0], false);

    private FragmentedMp4(Vp9Stream encoder, AVFormatContext context, byte[] beginning) {
        this.encoder = encoder;
        this.context = context;
        this.initSegment = beginning;
    }

    public static FragmentedMp4 open(int width, int height, double fps) {
        var encoder = new Vp9Stream(width, height, fps, true);
        try (var scope = new PointerScope()) {
            var context = new AVFormatContext(null);
            FfmpegCalls.check(avformat_alloc_output_context2(context, null, "mp4", null));
            context.retainReference();
            try {
                return new FragmentedMp4(encoder, context, begin(context, encoder));
            } catch (IOException | RuntimeException e) {
                avformat_free_context(context);
                throw e;
            }
        } catch (IOException e) {
            encoder.close();
            throw new MediaException("cannot begin a fragmented MP4: " + e.getMessage(), e);
        }
    }

    private static byte[] begin(AVFormatContext context, Vp9Stream encoder) throws IOException {
        context.flags(context.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
        AVStream stream = FfmpegCalls.allocated(avformat_new_stream(context, null));
        FfmpegCalls.check(avcodec_parameters_from_context(stream.codecpar(), encoder.context()));
        stream.time_base(encoder.context().time_base());
        stream.avg_frame_rate(encoder.context().framerate());
        context.metadata(FfmpegCalls.dictionary(TAGS)); // freed with the context
        open(context);
        AVDictionary options = FfmpegCalls.dictionary(OPTIONS);
        try {
            FfmpegCalls.check(avformat_write_header(context, options));
        } finally {
            av_dict_free(options);
        }
        return close(context);
    }

    /** Everything written from now on goes to memory. */
    private static void open(AVFormatContext context) throws IOException {
        var io = new AVIOContext(null);
        FfmpegCalls.check(avio_open_dyn_buf(io));
        context.pb(io);
    }

    /** What was written since {@link #open}. */
    private static byte[] close(AVFormatContext context) {
        var bytes = new BytePointer((Pointer) null);
        int length = avio_close_dyn_buf(context.pb(), bytes);
        context.pb(null);
        var result = new byte[length];
        bytes.capacity(length).get(result);
        av_free(bytes);
        return result;
    }

    /** The MIME type with codecs. */
    public static String mime(int width, int height) {
        return "video/mp4; codecs=\"" + Vp9Stream.codec(width, height) + "\"";
    }

    /** The init segment: boxes {@code ftyp} and {@code moov}. */
    public byte[] initSegment() {
        return initSegment.clone();
    }

    /** The fragment of a frame: {@code moof} and {@code mdat}. @param index of the frame, rising; what it leaves out is a pause */
    public Vp9Stream.Chunk fragment(Frame frame, long index) {
        encoder.encode(frame, index, packet -> result = new Vp9Stream.Chunk(write(packet), Vp9Stream.isKey(packet)));
        return result;
    }

    private byte[] write(AVPacket packet) throws IOException {
        try (var scope = new PointerScope()) {
            open(context);
            try {
                av_packet_rescale_ts(packet, encoder.context().time_base(), context.streams(0).time_base());
                packet.stream_index(0);
                FfmpegCalls.check(av_write_frame(context, packet));
                FfmpegCalls.check(av_write_frame(context, null)); // ends the fragment
            } catch (IOException e) {
                close(context);
                throw e;
            }
            return close(context);
        }
    }

    @Override
    public void close() {
        encoder.close();
        avformat_free_context(context);
        context.releaseReference();
    }
}
