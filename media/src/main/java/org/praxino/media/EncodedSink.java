package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;

/** Writes frames with an FFmpeg encoder and muxer. */
final class EncodedSink implements FrameSink {
    private final Encoder encoder;
    private final Muxer muxer;
    private final Scaler scaler = new Scaler(SWS_BICUBIC);
    private final int pixelFormat;
    private long index;

    private EncodedSink(Encoder encoder, Muxer muxer, int pixelFormat) {
        this.encoder = encoder;
        this.muxer = muxer;
        this.pixelFormat = pixelFormat;
    }

    static EncodedSink open(OutputFormat format, Path file, Frame first, WriteOptions options) throws IOException {
        return open(EncoderSettings.of(format, first, options), format, file, first, options);
    }

    static EncodedSink open(EncoderSettings settings, OutputFormat format, Path file, Frame first, WriteOptions options)
            throws IOException {
        Muxer muxer = Muxer.open(container(format), file);
        try {
            Encoder encoder = Encoder.open(settings, first.width(), first.height(), FrameRate.of(options.fps()), muxer.wantsGlobalHeader());
            try {
                Map<String, String> tags = options.metadata() == null ? Map.of() : MetadataText.tags(options.metadata());
                boolean alpha = settings.pixelFormat() == AV_PIX_FMT_YUVA420P;
                muxer.begin(encoder.context(), tags, alpha ? Map.of("alpha_mode", "1") : Map.of(), muxerOptions(format));
                return new EncodedSink(encoder, muxer, settings.pixelFormat());
            } catch (IOException | RuntimeException e) {
                encoder.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            muxer.close();
            throw e;
        }
    }

    private static String container(OutputFormat format) {
        return switch (format) {
            case MP4 -> "mp4";
            case WEBM -> "webm";
            case GIF -> "gif";
            case WEBP -> "webp";
            case APNG, PNG, PNG_SEQUENCE, Y4M -> throw new IllegalArgumentException(format + " is not written by FFmpeg");
        };
    }

    private static Map<String, String> muxerOptions(OutputFormat format) {
        return switch (format) {
            case MP4 -> Map.of("movflags", "+faststart"); // the index in front: plays while it loads
            case WEBM -> Map.of("cues_to_front", "1");
            case GIF, WEBP -> Map.of("loop", "0"); // forever
            default -> Map.of();
        };
    }

    @Override
    public void add(Frame frame) throws IOException {
        try (var scope = new PointerScope();
                var packed = NativeFrame.of(frame);
                var picture = NativeFrame.allocate(frame.width(), frame.height(), pixelFormat)) {
            ColourSpace.of(pixelFormat).tag(picture.av());
            scaler.scale(packed.av(), picture.av());
            encode(picture);
        }
    }

    /** Encodes a frame that has the encoder's pixel format. */
    void encode(NativeFrame picture) throws IOException {
        encoder.encode(picture.av(), index++, packet -> muxer.write(packet, encoder.context()));
    }

    @Override
    public void finish() throws IOException {
        encoder.finish(packet -> muxer.write(packet, encoder.context()));
        muxer.finish();
    }

    @Override
    public void close() {
        scaler.close();
        encoder.close();
        muxer.close();
    }
}
