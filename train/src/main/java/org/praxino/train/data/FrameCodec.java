package org.praxino.train.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * One RGBA8 frame to bytes and back, without loss: each row minus the row above it, then raw deflate.
 *
 * <p>Not thread-safe: one object a thread.
 */
public final class FrameCodec implements AutoCloseable {

    private final int height;
    private final int rowBytes;
    private final byte[] scratch;
    private final Deflater deflater = new Deflater(6, true);
    private final Inflater inflater = new Inflater(true);

    public FrameCodec(int height, int width) {
        this.height = height;
        this.rowBytes = width * 4;
        this.scratch = new byte[height * rowBytes + 1024];
    }

    /** Packs a frame [H, W, 4]. */
    public byte[] pack(byte[] rgba) {
        byte[] delta = rgba.clone();
        for (int i = delta.length - 1; i >= rowBytes; i--) {
            delta[i] -= delta[i - rowBytes];
        }
        deflater.reset();
        deflater.setInput(delta);
        deflater.finish();
        byte[] out = scratch;
        int length = deflater.deflate(out);
        while (!deflater.finished()) { // incompressible: grow
            out = Arrays.copyOf(out, out.length * 2);
            length += deflater.deflate(out, length, out.length - length);
        }
        return Arrays.copyOf(out, length);
    }

    /** Unpacks a frame into {@code rgba} at {@code offset}. */
    void unpack(ByteBuffer packed, byte[] rgba, int offset) throws DataFormatException {
        int size = height * rowBytes;
        inflater.reset();
        inflater.setInput(packed);
        int done = 0;
        while (done < size) {
            int n = inflater.inflate(rgba, offset + done, size - done);
            if (n == 0) {
                throw new DataFormatException("a packed frame ends after " + done + " of " + size + " bytes");
            }
            done += n;
        }
        for (int i = offset + rowBytes; i < offset + size; i++) {
            rgba[i] += rgba[i - rowBytes];
        }
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
