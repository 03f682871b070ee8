package org.praxino.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/** Frames as PNG, without loss, marked as sRGB. */
public final class Png {
    private static final int FILTERS = 5;

    private Png() {}

    /** The bytes of a PNG file. */
    public static byte[] encode(Frame frame, @Nullable GeneratedMetadata metadata) {
        try {
            var out = new ByteArrayOutputStream();
            write(out, frame, metadata);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail to write
        }
    }

    static void write(OutputStream out, Frame frame, @Nullable GeneratedMetadata metadata) throws IOException {
        out.write(PngChunks.SIGNATURE);
        PngChunks.write(out, "IHDR", header(frame));
        PngChunks.write(out, "sRGB", new byte[] {0});
        PngChunks.writeMetadata(out, metadata);
        PngChunks.write(out, "IDAT", compress(frame));
        PngChunks.write(out, "IEND", new byte[0]);
    }

    /** Size, 8 bits a channel, RGB or RGBA (section 11.2.1). */
    static byte[] header(Frame frame) {
        byte colourType = (byte) (frame.hasAlpha() ? 6 : 2);
        return ByteBuffer.allocate(13).putInt(frame.width()).putInt(frame.height()).put((byte) 8).put(colourType).array();
    }

    /** The filtered and deflated rows; each row takes the filter with the smallest sum of differences (section 12.7). */
    static byte[] compress(Frame frame) throws IOException {
        int bpp = frame.channels();
        int row = frame.width() * bpp;
        var deflater = new Deflater(6);
        var out = new ByteArrayOutputStream(row * frame.height() / 2 + 64);
        try (var deflate = new DeflaterOutputStream(out, deflater, 1 << 14)) {
            var previous = new byte[row];
            var current = new byte[row];
            var trial = new byte[row + 1];
            var best = new byte[row + 1];
            for (int y = 0; y < frame.height(); y++) {
                System.arraycopy(frame.data(), y * row, current, 0, row);
                long least = Long.MAX_VALUE;
                for (int filter = 0; filter < FILTERS; filter++) {
                    long sum = filter(filter, current, previous, bpp, trial);
                    if (sum < least) {
                        least = sum;
                        byte[] swap = best;
                        best = trial;
                        trial = swap;
                    }
                }
                deflate.write(best);
                byte[] swap = previous;
                previous = current;
                current = swap;
            }
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }

    /** Applies one filter (section 9.2) and returns the sum of the absolute differences. */
    private static long filter(int filter, byte[] current, byte[] previous, int bpp, byte[] out) {
        out[0] = (byte) filter;
        long sum = 0;
        for (int i = 0; i < current.length; i++) {
            int left = i < bpp ? 0 : current[i - bpp] & 0xff;
            int up = previous[i] & 0xff;
            int guess = switch (filter) {
                case 0 -> 0;
                case 1 -> left;
                case 2 -> up;
                case 3 -> (left + up) / 2;
                default -> paeth(left, up, i < bpp ? 0 : previous[i - bpp] & 0xff);
            };
            byte difference = (byte) (current[i] - guess);
            out[i + 1] = difference;
            sum += Math.abs(difference);
        }
        return sum;
    }

    private static int paeth(int left, int up, int corner) {
        int guess = left + up - corner;
        int byLeft = Math.abs(guess - left);
        int byUp = Math.abs(guess - up);
        int byCorner = Math.abs(guess - corner);
        return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
    }
}
