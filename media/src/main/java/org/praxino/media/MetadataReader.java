package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;

/** Reads Praxino's metadata from files. */
final class MetadataReader {
    private static final int LONGEST = 1 << 20;

    private MetadataReader() {}

    static Optional<GeneratedMetadata> read(Path file) {
        FileKind.of(file); // says what is wrong with files that cannot be read at all
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.mark(16);
            var head = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
            in.reset();
            if (head.startsWith("\u0089PNG")) {
                in.skipNBytes(PngChunks.SIGNATURE.length);
                return PngChunks.readMetadata(in);
            } else if (head.startsWith("GIF8")) {
                return gif(in);
            } else if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
                return webp(in);
            } else if (head.startsWith("\u00ff\u00d8")) {
                return JpegComment.read(in);
            } else if (head.startsWith("YUV4MPEG2")) {
                Path beside = MetadataWriter.beside(file);
                return Files.exists(beside) ? MetadataText.parse(Files.readString(beside)) : Optional.empty();
            }
        } catch (java.io.EOFException e) {
            throw new MediaException("'" + file + "' is damaged or cut short", e);
        } catch (IOException e) {
            throw new MediaException("cannot read '" + file + "': " + e.getMessage(), e);
        }
        return container(file);
    }

    /** MP4, WebM and similar: tags that FFmpeg reads. */
    private static Optional<GeneratedMetadata> container(Path file) {
        try (var scope = new PointerScope(); var demuxer = Demuxer.open(file, FileKind.GENERAL, DecodeLimits.DEFAULT)) {
            var entry = av_dict_get(demuxer.context().metadata(), "comment", null, 0);
            return entry == null || entry.isNull()
                    ? Optional.empty()
                    : MetadataText.parse(entry.value().getString(StandardCharsets.UTF_8));
        }
    }

    /** The comments before the first frame. */
    private static Optional<GeneratedMetadata> gif(DataInputStream in) throws IOException {
        in.skipNBytes(10);
        int flags = in.readUnsignedByte();
        in.skipNBytes(2 + ((flags & 0x80) != 0 ? 3 << (flags & 7) + 1 : 0));
        while (in.readUnsignedByte() == 0x21) {
            int label = in.readUnsignedByte();
            var text = new StringBuilder();
            for (int length = in.readUnsignedByte(); length > 0; length = in.readUnsignedByte()) {
                var block = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
                if (label == 0xfe && text.length() < LONGEST) {
                    text.append(block);
                }
            }
            if (label == 0xfe) {
                var found = MetadataText.parse(text.toString());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<GeneratedMetadata> webp(DataInputStream in) throws IOException {
        in.skipNBytes(12);
        while (in.available() > 0) {
            var type = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
            long length = Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
            if (type.equals("XMP ") && length <= LONGEST) {
                return MetadataText.parseXmp(new String(in.readNBytes((int) length), StandardCharsets.UTF_8));
            }
            in.skipNBytes(length + length % 2);
        }
        return Optional.empty();
    }
}
