package org.praxino.media;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The chunks of a PNG file: lengths, checks, and text (PNG specification, third edition, sections 5 and 11.3.3). */
final class PngChunks {
    static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final String XMP_KEYWORD = "XML:com.adobe.xmp";
    /** A text chunk that is longer is not ours. */
    private static final int LONGEST_TEXT = 1 << 20;

    private PngChunks() {}

    static void write(OutputStream out, String type, byte[] content) throws IOException {
        out.write(chunk(type, content));
    }

    static byte[] chunk(String type, byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream(content.length + 12);
        var data = new DataOutputStream(bytes);
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var crc = new CRC32();
        crc.update(name);
        crc.update(content);
        data.writeInt(content.length);
        data.write(name);
        data.write(content);
        data.writeInt((int) crc.getValue());
        return bytes.toByteArray();
    }

    /** The text chunks with the generation metadata. */
    static void writeMetadata(OutputStream out, @Nullable GeneratedMetadata metadata) throws IOException {
        if (metadata == null) {
            return;
        }
        for (Map.Entry<String, String> tag : MetadataText.tags(metadata).entrySet()) {
            String keyword = Character.toUpperCase(tag.getKey().charAt(0)) + tag.getKey().substring(1);
            write(out, "iTXt", text(keyword, tag.getValue()));
        }
        write(out, "iTXt", text("Software", "Praxino " + metadata.version()));
        write(out, "iTXt", text(XMP_KEYWORD, MetadataText.xmp(metadata)));
    }

    /** Uncompressed international text: keyword, no compression, no language, no translated keyword. */
    private static byte[] text(String keyword, String value) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(keyword.getBytes(StandardCharsets.ISO_8859_1));
        bytes.write(new byte[5]);
        bytes.write(value.getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /** How many frames the animation has; 0 for a still picture and for what is no whole PNG. */
    static long animationFrames(Path file) {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.skipNBytes(SIGNATURE.length);
            while (true) {
                long length = Integer.toUnsignedLong(in.readInt());
                switch (new String(in.readNBytes(4), StandardCharsets.US_ASCII)) {
                    case "acTL" -> {
                        return Integer.toUnsignedLong(in.readInt());
                    }
                    case "IDAT", "IEND" -> {
                        return 0; // animation control stands before the pixels or nowhere
                    }
                    default -> in.skipNBytes(length + 4);
                }
            }
        } catch (IOException e) {
            return 0; // the decoder will say what is wrong
        }
    }

    /** How long the animation is: the sum of its frames' delays, 0/0 and n/0 as the specification reads them; -1 for what is no whole PNG. */
    static double animationSeconds(Path file) {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.skipNBytes(SIGNATURE.length);
            double seconds = 0;
            while (true) {
                long length = Integer.toUnsignedLong(in.readInt());
                switch (new String(in.readNBytes(4), StandardCharsets.US_ASCII)) {
                    case "fcTL" -> {
                        in.skipNBytes(20); // number, size and place of the frame
                        double delay = in.readUnsignedShort();
                        int parts = in.readUnsignedShort();
                        seconds += delay / (parts == 0 ? 100 : parts);
                        in.skipNBytes(length - 24 + 4);
                    }
                    case "IEND" -> {
                        return seconds > 0 ? seconds : -1;
                    }
                    default -> in.skipNBytes(length + 4);
                }
            }
        } catch (IOException e) {
            return -1; // the decoder will say what is wrong
        }
    }

    /** Reads the chunks after the signature until it finds our comment. */
    static Optional<GeneratedMetadata> readMetadata(DataInputStream in) throws IOException {
        while (true) {
            long length = Integer.toUnsignedLong(in.readInt());
            var type = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
            if (type.equals("IEND")) {
                return Optional.empty();
            }
            if (type.equals("iTXt") && length <= LONGEST_TEXT) {
                var text = new String(in.readNBytes((int) length), StandardCharsets.UTF_8);
                if (text.startsWith("Comment\0\0\0\0\0")) {
                    var found = MetadataText.parse(text.substring("Comment".length() + 5));
                    if (found.isPresent()) {
                        return found;
                    }
                }
                in.skipNBytes(4);
            } else {
                in.skipNBytes(length + 4);
            }
        }
    }
}
