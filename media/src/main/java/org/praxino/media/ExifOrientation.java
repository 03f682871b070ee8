package org.praxino.media;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads EXIF's tag Orientation from JPEG, PNG and WebP files by the rules of browsers: what is damaged or out of range counts as upright.
 */
final class ExifOrientation {
    private static final int TAG = 0x0112;
    private static final int SHORT = 3;
    private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0};
    private static final int LONGEST = 1 << 20; // the tag stands in the first directory, near the beginning
    private static final int WEBP_HAS_EXIF = 0x08;

    private ExifOrientation() {}

    /** What the file says; upright for files of other kinds. */
    static Orientation of(Path file) {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.mark(16);
            var head = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
            in.reset();
            if (head.startsWith("\u00ff\u00d8")) {
                return jpeg(in);
            } else if (head.startsWith("\u0089PNG")) {
                return png(in);
            } else if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
                return webp(in);
            }
        } catch (IOException e) {
            // it breaks off, which the decoder reports
        }
        return Orientation.UPRIGHT;
    }

    /** The first application segment with EXIF before the pixels. */
    private static Orientation jpeg(DataInputStream in) throws IOException {
        in.skipNBytes(2);
        while (true) {
            int marker = in.readUnsignedByte();
            if (marker != 0xff) {
                return Orientation.UPRIGHT;
            }
            while (marker == 0xff) { // any number of fill bytes
                marker = in.readUnsignedByte();
            }
            if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd7) { // markers without a length
                continue;
            }
            if (marker == 0xd9 || marker == 0xda) {
                return Orientation.UPRIGHT;
            }
            int length = in.readUnsignedShort() - 2;
            if (length < 0) {
                return Orientation.UPRIGHT;
            }
            byte[] content = in.readNBytes(length);
            if (marker == 0xe1 && startsWithPrefix(content)) {
                return parse(content);
            }
        }
    }

    private static Orientation png(DataInputStream in) throws IOException {
        in.skipNBytes(PngChunks.SIGNATURE.length);
        while (true) {
            long length = Integer.toUnsignedLong(in.readInt());
            switch (new String(in.readNBytes(4), StandardCharsets.US_ASCII)) {
                case "eXIf" -> {
                    return parse(in.readNBytes((int) Math.min(length, LONGEST)));
                }
                case "IEND" -> {
                    return Orientation.UPRIGHT;
                }
                default -> in.skipNBytes(length + 4);
            }
        }
    }

    private static Orientation webp(DataInputStream in) throws IOException {
        in.skipNBytes(12);
        boolean declared = false;
        while (true) {
            var type = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
            long length = Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
            if (type.equals("VP8X") && length > 0) {
                declared = (in.readUnsignedByte() & WEBP_HAS_EXIF) != 0;
                in.skipNBytes(length - 1 + length % 2);
            } else if (!declared) {
                return Orientation.UPRIGHT;
            } else if (type.equals("EXIF")) {
                return parse(in.readNBytes((int) Math.min(length, LONGEST)));
            } else {
                in.skipNBytes(length + length % 2);
            }
        }
    }

    private static boolean startsWithPrefix(byte[] content) {
        return content.length > PREFIX.length && Arrays.equals(content, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** The first directory of TIFF data (TIFF 6.0, section 2), which a prefix "Exif" and two bytes may precede. */
    static Orientation parse(byte[] exif) {
        int from = startsWithPrefix(exif) ? PREFIX.length + 1 : 0;
        if (exif.length - from < 8) {
            return Orientation.UPRIGHT;
        }
        var tiff = ByteBuffer.wrap(exif, from, exif.length - from).slice();
        if (tiff.getShort(0) == 0x4949) {
            tiff.order(ByteOrder.LITTLE_ENDIAN);
        } else if (tiff.getShort(0) != 0x4d4d) {
            return Orientation.UPRIGHT;
        }
        long directory = Integer.toUnsignedLong(tiff.getInt(4));
        if (tiff.getShort(2) != 42 || directory > tiff.limit() - 2) {
            return Orientation.UPRIGHT;
        }
        int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
        for (int i = 0; i < entries; i++) {
            long at = directory + 2 + 12L * i;
            if (at + 12 > tiff.limit()) {
                break;
            }
            int entry = (int) at;
            if (Short.toUnsignedInt(tiff.getShort(entry)) == TAG) {
                boolean one = tiff.getShort(entry + 2) == SHORT && tiff.getInt(entry + 4) == 1;
                return one ? Orientation.ofExif(Short.toUnsignedInt(tiff.getShort(entry + 8))) : Orientation.UPRIGHT;
            }
        }
        return Orientation.UPRIGHT;
    }
}
