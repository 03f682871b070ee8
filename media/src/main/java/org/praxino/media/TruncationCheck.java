package org.praxino.media;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Detects truncated files, which FFmpeg reads without an error. */
final class TruncationCheck {
    private static final int SEGMENT = 0x18538067;

    private TruncationCheck() {}

    /** True if a file of this container ends too early; false if it is whole or does not say how long it is. */
    static boolean isTruncated(Path file, String container) {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            return switch (container) {
                case "matroska" -> Files.size(file) < matroskaEnd(in);
                case "avi" -> Files.size(file) < riffEnd(in);
                case "gif" -> !gifEnds(in);
                case "png", "apng" -> !pngEnds(in);
                default -> false;
            };
        } catch (IOException e) {
            return true;
        }
    }

    private static long riffEnd(DataInputStream in) throws IOException {
        in.skipNBytes(4);
        return 8 + Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
    }

    /** Where the segment ends (RFC 8794, section 5, and RFC 9559, section 5.1.1); 0 if it was left open, as in live recordings. */
    private static long matroskaEnd(DataInputStream in) throws IOException {
        in.skipNBytes(4);
        Length header = Length.read(in);
        in.skipNBytes(header.value);
        if (in.readInt() != SEGMENT) {
            return 0;
        }
        Length segment = Length.read(in);
        return segment.open ? 0 : 4 + header.bytes + header.value + 4 + segment.bytes + segment.value;
    }

    /** A number of one to eight bytes, whose leading zero bits say how many bytes follow. */
    private record Length(long value, int bytes, boolean open) {
        static Length read(DataInputStream in) throws IOException {
            int first = in.readUnsignedByte();
            int bytes = Integer.numberOfLeadingZeros(first) - 23;
            if (bytes > 8) {
                throw new EOFException("not a length");
            }
            var all = new byte[8];
            all[8 - bytes] = (byte) (first & (1 << 8 - bytes) - 1);
            in.readFully(all, 9 - bytes, bytes - 1);
            long value = ByteBuffer.wrap(all).getLong();
            return new Length(value, bytes, value == (1L << 7 * bytes) - 1);
        }
    }

    /** Walks the chunks of a PNG to its last. */
    private static boolean pngEnds(DataInputStream in) throws IOException {
        in.skipNBytes(PngChunks.SIGNATURE.length);
        while (true) {
            long length = Integer.toUnsignedLong(in.readInt());
            boolean last = new String(in.readNBytes(4), StandardCharsets.US_ASCII).equals("IEND");
            in.skipNBytes(length + 4);
            if (last) {
                return true;
            }
        }
    }

    /** Walks the blocks of a GIF to its trailer (GIF89a, section 27). */
    private static boolean gifEnds(DataInputStream in) throws IOException {
        in.skipNBytes(10);
        skipTable(in, in.readUnsignedByte(), 2);
        while (true) {
            switch (in.readUnsignedByte()) {
                case 0x3b -> {
                    return true;
                }
                case 0x21 -> {
                    in.skipNBytes(1);
                    skipBlocks(in);
                }
                case 0x2c -> {
                    in.skipNBytes(8);
                    skipTable(in, in.readUnsignedByte(), 0);
                    in.skipNBytes(1);
                    skipBlocks(in);
                }
                default -> {
                    return false;
                }
            }
        }
    }

    private static void skipTable(DataInputStream in, int flags, int before) throws IOException {
        in.skipNBytes(before + ((flags & 0x80) != 0 ? 3 << (flags & 7) + 1 : 0));
    }

    private static void skipBlocks(DataInputStream in) throws IOException {
        for (int length = in.readUnsignedByte(); length > 0; length = in.readUnsignedByte()) {
            in.skipNBytes(length);
        }
    }
}
