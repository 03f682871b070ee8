package org.praxino.media;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Adds XMP packets and comments to finished files. */
final class MetadataWriter {
    /** Marks a top-level MP4 box as XMP (XMP specification, part 3, section 1.2.7). */
    private static final byte[] XMP_BOX = {
        (byte) 0xbe, 0x7a, (byte) 0xcf, (byte) 0xcb, (byte) 0x97, (byte) 0xa9, 0x42, (byte) 0xe8,
        (byte) 0x9c, 0x71, (byte) 0x99, (byte) 0x94, (byte) 0x91, (byte) 0xe3, (byte) 0xaf, (byte) 0xac
    };
    private static final byte XMP_FLAG = 0x04;

    private MetadataWriter() {}

    /** Adds to the working file of an output; for formats without room a JSON file is put beside the output. */
    static void complete(Path working, Path output, OutputFormat format, GeneratedMetadata metadata) throws IOException {
        switch (format) {
            case MP4 -> Files.write(working, box(metadata), StandardOpenOption.APPEND);
            case GIF -> Files.write(working, gif(Files.readAllBytes(working), metadata));
            case WEBP -> Files.write(working, webp(Files.readAllBytes(working), metadata));
            case Y4M -> Files.writeString(beside(output), MetadataText.json(metadata) + "\n");
            case WEBM, APNG, PNG, PNG_SEQUENCE -> { } // said while writing
        }
    }

    /** The metadata file of a Y4M file. */
    static Path beside(Path output) {
        return output.resolveSibling(output.getFileName() + ".json");
    }

    private static byte[] xmp(GeneratedMetadata metadata) {
        return MetadataText.xmp(metadata).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] box(GeneratedMetadata metadata) throws IOException {
        byte[] xmp = xmp(metadata);
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(8 + XMP_BOX.length + xmp.length);
        out.write("uuid".getBytes(StandardCharsets.US_ASCII));
        out.write(XMP_BOX);
        out.write(xmp);
        return bytes.toByteArray();
    }

    /** A comment and an XMP block after the GIF header and its colour table (GIF89a, sections 18, 24 and 26; XMP part 3, 1.1.2). */
    static byte[] gif(byte[] file, GeneratedMetadata metadata) {
        int at = 13 + ((file[10] & 0x80) != 0 ? 3 << (file[10] & 7) + 1 : 0);
        var out = new ByteArrayOutputStream(file.length + 4096);
        out.write(file, 0, at);
        out.write(0x21);
        out.write(0xfe);
        byte[] comment = MetadataText.json(metadata).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < comment.length; i += 255) {
            int length = Math.min(255, comment.length - i);
            out.write(length);
            out.write(comment, i, length);
        }
        out.write(0);
        out.writeBytes(new byte[] {0x21, (byte) 0xff, 11});
        out.writeBytes("XMP DataXMP".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(xmp(metadata));
        // The packet is not cut into blocks: readers that know only blocks land somewhere in this slope and slide to its end.
        out.write(1);
        for (int i = 255; i >= 0; i--) {
            out.write(i);
        }
        out.write(0);
        out.write(file, at, file.length - at);
        return out.toByteArray();
    }

    /** An XMP chunk at the end of a WebP file (WebP container specification, "Extended File Format"). */
    static byte[] webp(byte[] file, GeneratedMetadata metadata) {
        byte[] xmp = xmp(metadata);
        WebpHeader header = WebpHeader.parse(file);
        int size = file.length + (header.extended() ? 0 : 18) + 8 + xmp.length + xmp.length % 2;
        var out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.put(file, 0, 4).putInt(size - 8).put(file, 8, 4);
        if (header.extended()) {
            out.put(file, 12, file.length - 12);
            out.put(20, (byte) (file[20] | XMP_FLAG));
        } else {
            out.put(header.extension(XMP_FLAG)).put(file, 12, file.length - 12);
        }
        out.put("XMP ".getBytes(StandardCharsets.US_ASCII)).putInt(xmp.length).put(xmp);
        return out.array();
    }
}
