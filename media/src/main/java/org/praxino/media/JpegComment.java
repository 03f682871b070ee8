package org.praxino.media;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Metadata in JPEG files: a comment segment for Praxino and an XMP segment (XMP specification, part 3, 1.1.3). */
final class JpegComment {
    private static final byte[] XMP = "http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.US_ASCII);
    private static final int COM = 0xfe;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int SOS = 0xda;
    private static final int LONGEST = 0xffff - 2;

    private JpegComment() {}

    /** Says in a comment that it was generated, and nothing more: for live pictures, where every byte counts. */
    static byte[] mark(byte[] jpeg) {
        int at = behindJfif(jpeg);
        byte[] statement = GeneratedMetadata.STATEMENT.getBytes(StandardCharsets.US_ASCII);
        var out = new ByteArrayOutputStream(jpeg.length + statement.length + 4);
        out.write(jpeg, 0, at);
        segment(out, COM, statement);
        out.write(jpeg, at, jpeg.length - at);
        return out.toByteArray();
    }

    private static int behindJfif(byte[] jpeg) {
        boolean jfif = (jpeg[2] & 0xff) == 0xff && (jpeg[3] & 0xff) == APP0;
        return jfif ? 4 + ((jpeg[4] & 0xff) << 8 | jpeg[5] & 0xff) : 2;
    }

    /** Puts the segments behind the start marker and the JFIF segment. What is too long for a segment is left out. */
    static byte[] insert(byte[] jpeg, GeneratedMetadata metadata) {
        int at = behindJfif(jpeg);
        var out = new ByteArrayOutputStream(jpeg.length + 2048);
        out.write(jpeg, 0, at);
        byte[] xmp = MetadataText.xmp(metadata).getBytes(StandardCharsets.UTF_8);
        byte[] packet = Arrays.copyOf(XMP, XMP.length + xmp.length);
        System.arraycopy(xmp, 0, packet, XMP.length, xmp.length);
        segment(out, APP1, packet);
        segment(out, COM, MetadataText.json(metadata).getBytes(StandardCharsets.US_ASCII));
        out.write(jpeg, at, jpeg.length - at);
        return out.toByteArray();
    }

    private static void segment(ByteArrayOutputStream out, int marker, byte[] content) {
        if (content.length <= LONGEST) {
            try {
                var data = new DataOutputStream(out);
                data.writeByte(0xff);
                data.writeByte(marker);
                data.writeShort(content.length + 2);
                data.write(content);
            } catch (IOException e) {
                throw new AssertionError("memory does not fail to write", e);
            }
        }
    }

    static Optional<GeneratedMetadata> read(DataInputStream in) throws IOException {
        in.skipNBytes(2);
        while (in.readUnsignedByte() == 0xff) {
            int marker = in.readUnsignedByte();
            if (marker == SOS) {
                break;
            }
            int length = in.readUnsignedShort() - 2;
            if (length < 0) {
                break;
            }
            if (marker == COM) {
                var found = MetadataText.parse(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
                if (found.isPresent()) {
                    return found;
                }
            } else {
                in.skipNBytes(length);
            }
        }
        return Optional.empty();
    }
}
