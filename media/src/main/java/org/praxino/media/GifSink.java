package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_PAL8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** Writes GIF with one palette for the whole clip. Frames are buffered in a temporary file until the palette is known, so memory use is constant. */
final class GifSink implements FrameSink {
    private static final int TRANSPARENT = 255;

    private final Path file;
    private final Path waiting;
    private final WriteOptions options;
    private final OutputStream spool;
    private final Histogram histogram = new Histogram();
    private @Nullable Frame last;
    private int frames;

    GifSink(Path file, WriteOptions options) throws IOException {
        this.file = file;
        this.options = options;
        this.waiting = OutputFileTarget.sibling(file);
        PendingOutputs.add(waiting);
        this.spool = new BufferedOutputStream(Files.newOutputStream(waiting), 1 << 16);
    }

    @Override
    public void add(Frame frame) throws IOException {
        histogram.add(frame);
        spool.write(frame.data());
        last = frame;
        frames++;
    }

    @Override
    public void finish() throws IOException {
        spool.close();
        Frame shape = Objects.requireNonNull(last);
        Palette palette = histogram.palette(TRANSPARENT);
        byte[] table = table(palette);
        var dither = new OrderedDither(palette);
        var settings = new EncoderSettings("gif", AV_PIX_FMT_PAL8, Integer.MAX_VALUE, 1, Map.of());
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(waiting), 1 << 16));
                var sink = EncodedSink.open(settings, OutputFormat.GIF, file, shape, options)) {
            for (int i = 0; i < frames; i++) {
                var data = new byte[shape.data().length];
                in.readFully(data);
                encode(new Frame(shape.width(), shape.height(), shape.channels(), data), dither, table, sink);
            }
            sink.finish();
        }
    }

    private static void encode(Frame frame, OrderedDither dither, byte[] table, EncodedSink sink) throws IOException {
        try (var scope = new PointerScope(); var picture = NativeFrame.allocate(frame.width(), frame.height(), AV_PIX_FMT_PAL8)) {
            picture.putPlane(0, dither.map(frame, TRANSPARENT), frame.width(), frame.height());
            picture.putPlane(1, table, table.length, 1);
            sink.encode(picture);
        }
    }

    /** The palette as FFmpeg wants it, blue first; the last entry is transparent, also for what does not change between frames. */
    private static byte[] table(Palette palette) {
        var table = new byte[4 * 256];
        for (int k = 0; k < palette.size(); k++) {
            table[4 * k] = (byte) palette.blue()[k];
            table[4 * k + 1] = (byte) palette.green()[k];
            table[4 * k + 2] = (byte) palette.red()[k];
        }
        for (int k = 0; k < TRANSPARENT; k++) {
            table[4 * k + 3] = (byte) 255;
        }
        return table;
    }

    @Override
    public void close() {
        try {
            spool.close();
        } catch (IOException e) {
            // The waiting frames are being discarded.
        }
        PendingOutputs.delete(waiting);
    }
}
