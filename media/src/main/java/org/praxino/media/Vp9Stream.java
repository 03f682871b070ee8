package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** Live frames as VP9, one out for each that goes in, without delay. Belongs to one thread at a time. */
public final class Vp9Stream implements AutoCloseable {
    /** Seconds from one key frame to the next. */
    private static final double KEY_SECONDS = 2;

    /** Largest frame of a level, and the level (VP9 levels, "Levels" of the format's description). */
    private static final long[][] LEVELS = {
        {36_864, 10}, {73_728, 11}, {122_880, 20}, {245_760, 21}, {552_960, 30}, {983_040, 31}, {2_228_224, 40}
    };

    /**
     * A coded frame.
     *
     * @param key whether it can be decoded without those before
     */
    public record Chunk(byte[] bytes, boolean key) {}

    private final int width;
    private final int height;
    private final Encoder encoder;
    private final Scaler scaler = new Scaler(SWS_BICUBIC);
    private @Nullable Chunk result;

    public Vp9Stream(int width, int height, double fps) {
        this(width, height, fps, false);
    }

    /** @param contained whether the packets go into a container that wants headers aside */
    Vp9Stream(int width, int height, double fps, boolean contained) {
        this.width = width;
        this.height = height;
        int keyEvery = (int) Math.max(1, Math.round(fps * KEY_SECONDS));
        var settings = new EncoderSettings("libvpx-vp9", AV_PIX_FMT_YUV420P, keyEvery, 1, Map.of(
                "deadline", "realtime", "cpu-used", "7", "lag-in-frames", "0", "auto-alt-ref", "0", "crf", "20", "b", "0"));
        try {
            this.encoder = Encoder.open(settings, width, height, FrameRate.of(fps), contained);
        } catch (IOException e) {
            throw new MediaException("cannot make VP9 of " + width + "x" + height + ": " + e.getMessage(), e);
        }
    }

    /** What WebCodecs and the MIME type call it: profile 0, the level of the size, 8 bits. */
    public static String codec(int width, int height) {
        long level = 50;
        for (long[] l : LEVELS) {
            if ((long) width * height <= l[0]) {
                level = l[1];
                break;
            }
        }
        return "vp09.00." + level + ".08";
    }

    AVCodecContext context() {
        return encoder.context();
    }

    /** @param index of the frame, rising; it may leave some out */
    public Chunk encode(Frame frame, long index) {
        result = null;
        encode(frame, index, packet -> {
            var bytes = new byte[packet.size()];
            packet.data().get(bytes);
            result = new Chunk(bytes, isKey(packet));
        });
        return Objects.requireNonNull(result, "the encoder kept a frame");
    }

    static boolean isKey(AVPacket packet) {
        return (packet.flags() & AV_PKT_FLAG_KEY) != 0;
    }

    void encode(Frame frame, long index, Encoder.PacketConsumer taker) {
        if (frame.width() != width || frame.height() != height) {
            throw new IllegalArgumentException("this stream is of %dx%d, the frame is %s".formatted(width, height, frame.size()));
        }
        try (var scope = new PointerScope();
                var packed = NativeFrame.of(FrameAlpha.over(frame, Rgb.BLACK));
                var picture = NativeFrame.allocate(width, height, AV_PIX_FMT_YUV420P)) {
            ColourSpace.of(AV_PIX_FMT_YUV420P).tag(picture.av());
            scaler.scale(packed.av(), picture.av());
            encoder.encode(picture.av(), index, taker);
        } catch (IOException e) {
            throw new MediaException("cannot make VP9 of " + frame.size() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        scaler.close();
        encoder.close();
    }
}
