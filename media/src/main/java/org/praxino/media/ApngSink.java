package org.praxino.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Animated PNG (PNG specification, third edition, sections 11.3.6): every frame after the first is the rectangle that changed. */
final class ApngSink implements FrameSink {
    private record Box(int x, int y, int width, int height) {}

    private final RandomAccessFile file;
    private final WriteOptions options;
    private final short delayNum;
    private final short delayDen;
    private @Nullable Frame previous;
    private long controlAt;
    private int frames;
    private int sequence;

    ApngSink(Path path, WriteOptions options) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "rw");
        this.options = options;
        FrameRate rate = FrameRate.of(options.fps());
        boolean exact = rate.num() <= 0xffff && rate.den() <= 0xffff;
        this.delayNum = (short) (exact ? rate.den() : Math.round(1e4 / options.fps()));
        this.delayDen = (short) (exact ? rate.num() : 10_000);
    }

    @Override
    public void add(Frame frame) throws IOException {
        Box box = previous == null ? new Box(0, 0, frame.width(), frame.height()) : changed(previous, frame);
        if (previous == null) {
            file.write(PngChunks.SIGNATURE);
            file.write(PngChunks.chunk("IHDR", Png.header(frame)));
            controlAt = file.getFilePointer();
            file.write(control(0));
            file.write(PngChunks.chunk("sRGB", new byte[] {0}));
        }
        file.write(PngChunks.chunk("fcTL", ByteBuffer.allocate(26).putInt(sequence++)
                .putInt(box.width).putInt(box.height).putInt(box.x).putInt(box.y).putShort(delayNum).putShort(delayDen).array()));
        byte[] pixels = Png.compress(FrameTransforms.crop(frame, box.x, box.y, box.width, box.height));
        file.write(previous == null
                ? PngChunks.chunk("IDAT", pixels)
                : PngChunks.chunk("fdAT", ByteBuffer.allocate(4 + pixels.length).putInt(sequence++).put(pixels).array()));
        previous = frame;
        frames++;
    }

    /** The animation control chunk: so many frames, repeated forever. */
    private static byte[] control(int frames) throws IOException {
        return PngChunks.chunk("acTL", ByteBuffer.allocate(8).putInt(frames).array());
    }

    /** The smallest rectangle outside of which two frames agree; one pixel if they agree everywhere. */
    private static Box changed(Frame a, Frame b) {
        int channels = a.channels();
        int left = a.width();
        int right = -1;
        int top = a.height();
        int bottom = -1;
        for (int y = 0; y < a.height(); y++) {
            int from = a.offset(0, y);
            int to = from + a.width() * channels;
            int start = Arrays.mismatch(a.data(), from, to, b.data(), from, to);
            if (start < 0) {
                continue;
            }
            int end = a.width() * channels - 1;
            while (a.data()[from + end] == b.data()[from + end]) {
                end--;
            }
            left = Math.min(left, start / channels);
            right = Math.max(right, end / channels);
            top = Math.min(top, y);
            bottom = y;
        }
        return right < 0 ? new Box(0, 0, 1, 1) : new Box(left, top, right - left + 1, bottom - top + 1);
    }

    @Override
    public void finish() throws IOException {
        // Text comes last: programs that look only at the beginning must find frames there to see that this is an animation.
        var text = new ByteArrayOutputStream();
        PngChunks.writeMetadata(text, options.metadata());
        PngChunks.write(text, "IEND", new byte[0]);
        file.write(text.toByteArray());
        file.seek(controlAt);
        file.write(control(frames));
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Everything was written by unbuffered calls that have reported their own errors.
        }
    }
}
