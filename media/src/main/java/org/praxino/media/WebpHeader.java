package org.praxino.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The first chunk of a WebP file (WebP container specification).
 *
 * @param extended true if the file begins with a VP8X chunk, as animations and files with metadata do
 * @param bytes length of the whole file as the file itself gives it
 */
record WebpHeader(int width, int height, boolean alpha, boolean extended, long bytes) {
    /** Room for the longest of the three kinds. */
    static final int LENGTH = 30;

    private static final int ALPHA = 0x10;

    /** Reads at least {@link #LENGTH} bytes; throws IllegalArgumentException if they are none of the three kinds. */
    static WebpHeader parse(byte[] file) {
        if (file.length < LENGTH) {
            throw new IllegalArgumentException("a WebP file has at least " + LENGTH + " bytes, not " + file.length);
        }
        var in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long bytes = 8 + Integer.toUnsignedLong(in.getInt(4));
        String kind = new String(file, 12, 4, StandardCharsets.US_ASCII);
        return switch (kind) {
            case "VP8X" -> new WebpHeader(1 + (in.getInt(24) & 0xffffff), 1 + (in.getInt(26) >>> 8), (file[20] & ALPHA) != 0, true, bytes);
            case "VP8L" -> {
                int bits = in.getInt(21);
                yield new WebpHeader(1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff), (bits >> 28 & 1) == 1, false, bytes);
            }
            case "VP8 " -> new WebpHeader(in.getShort(26) & 0x3fff, in.getShort(28) & 0x3fff, false, false, bytes);
            default -> throw new IllegalArgumentException("a WebP file does not begin with '" + kind + "'");
        };
    }

    /** A VP8X chunk for a file that has none, with these flags besides its own. */
    byte[] extension(int flags) {
        return ByteBuffer.allocate(18).order(ByteOrder.LITTLE_ENDIAN).put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10)
                .putInt(flags | (alpha ? ALPHA : 0))
                .put((byte) (width - 1)).put((byte) (width - 1 >> 8)).put((byte) (width - 1 >> 16))
                .put((byte) (height - 1)).put((byte) (height - 1 >> 8)).put((byte) (height - 1 >> 16)).array();
    }
}
