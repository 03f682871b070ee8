package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;

/** YUV4MPEG2: a line of text, then the planes of every frame; BT.601, studio range, which is what readers assume. */
final class Y4mSink implements FrameSink {
    private final OutputStream out;
    private final boolean owned;
    private final WriteOptions options;
    private final boolean full;
    private final Scaler scaler = new Scaler(SWS_BICUBIC);
    private boolean begun;

    /** Writes to a stream that stays open. */
    Y4mSink(OutputStream out, WriteOptions options) {
        this(out, false, options);
    }

    Y4mSink(Path file, WriteOptions options) throws IOException {
        this(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), true, options);
    }

    private Y4mSink(OutputStream out, boolean owned, WriteOptions options) {
        this.out = out;
        this.owned = owned;
        this.options = options;
        this.full = options.chroma() == Chroma.YUV444;
    }

    /** Readers allow 80 characters, which leaves room for the statement only. */
    private String header(Frame frame) {
        FrameRate rate = FrameRate.of(options.fps());
        return String.format(Locale.ROOT, "YUV4MPEG2 W%d H%d F%d:%d Ip A1:1 %s%s\n", frame.width(), frame.height(), rate.num(), rate.den(),
                full ? "C444" : "C420mpeg2", options.metadata() == null ? "" : " XAI-GENERATED");
    }

    @Override
    public void add(Frame frame) throws IOException {
        if (!begun) {
            begun = true;
            out.write(header(frame).getBytes(StandardCharsets.US_ASCII));
        }
        out.write("FRAME\n".getBytes(StandardCharsets.US_ASCII));
        try (var scope = new PointerScope();
                var packed = NativeFrame.of(frame);
                var picture = NativeFrame.allocate(frame.width(), frame.height(), full ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P)) {
            ColourSpace.BT601.tag(picture.av());
            scaler.scale(packed.av(), picture.av());
            int width = full ? frame.width() : (frame.width() + 1) / 2;
            int height = full ? frame.height() : (frame.height() + 1) / 2;
            out.write(picture.plane(0, frame.width(), frame.height()));
            out.write(picture.plane(1, width, height));
            out.write(picture.plane(2, width, height));
        }
    }

    @Override
    public void finish() throws IOException {
        out.flush();
        if (owned) {
            out.close();
        }
    }

    @Override
    public void close() {
        scaler.close();
        if (owned) {
            try {
                out.close();
            } catch (IOException e) {
                // finish() has closed it already and reported any error; here it is being discarded.
            }
        }
    }
}
