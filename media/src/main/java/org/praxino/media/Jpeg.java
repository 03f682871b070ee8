package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** Encodes frames of one size as JPEG, for live video and thumbnails. Belongs to one thread at a time. */
public final class Jpeg implements AutoCloseable {
    /** From this quality on, chroma is not subsampled. */
    private static final int FULL_CHROMA = 90;

    private final int width;
    private final int height;
    private final int pixelFormat;
    private final Encoder encoder;
    private final Scaler scaler = new Scaler(SWS_BICUBIC);
    private long index;
    private byte[] result = new byte[0];

    /**
     * @param quality 1 to 100; 85 shows no difference at normal size, from 90 on colour is as sharp as brightness
     */
    public Jpeg(int width, int height, int quality) {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("quality goes from 1 to 100, got " + quality);
        }
        this.width = width;
        this.height = height;
        // FFmpeg counts from 1 (best) to 31.
        long scale = Math.round(31 - 0.3 * quality) * FF_QP2LAMBDA;
        this.pixelFormat = quality >= FULL_CHROMA ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_YUVJ420P;
        // With more threads the coder works on several pictures at once, and answers late.
        var settings = new EncoderSettings("mjpeg", pixelFormat, 1, 1, Map.of("global_quality", String.valueOf(scale)));
        try {
            this.encoder = Encoder.open(settings, width, height, new FrameRate(25, 1), false);
        } catch (IOException e) {
            throw new MediaException("cannot make a JPEG of " + width + "x" + height + ": " + e.getMessage(), e);
        }
    }

    /** One frame, once. Alpha is laid over black. */
    public static byte[] encode(Frame frame, int quality, @Nullable GeneratedMetadata metadata) {
        try (var jpeg = new Jpeg(frame.width(), frame.height(), quality)) {
            byte[] bytes = jpeg.encode(frame);
            return metadata == null ? bytes : JpegComment.insert(bytes, metadata);
        }
    }

    /** The bytes of a whole JPEG file. */
    public byte[] encode(Frame frame) {
        if (frame.width() != width || frame.height() != height) {
            throw new IllegalArgumentException("this encoder is for %dx%d, the frame is %s".formatted(width, height, frame.size()));
        }
        try (var scope = new PointerScope();
                var packed = NativeFrame.of(FrameAlpha.over(frame, Rgb.BLACK));
                var picture = NativeFrame.allocate(width, height, pixelFormat)) {
            ColourSpace.JPEG.tag(picture.av());
            picture.av().quality(encoder.context().global_quality());
            scaler.scale(packed.av(), picture.av());
            encoder.encode(picture.av(), index++, packet -> {
                result = new byte[packet.size()];
                packet.data().get(result);
            });
            return result;
        } catch (IOException e) {
            throw new MediaException("cannot make a JPEG of " + frame.size() + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #encode(Frame)}, with a comment that says that it was generated ({@link GeneratedMetadata#STATEMENT}). */
    public byte[] encodeMarked(Frame frame) {
        return JpegComment.mark(encode(frame));
    }

    @Override
    public void close() {
        scaler.close();
        encoder.close();
    }
}
