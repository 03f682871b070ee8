package org.praxino.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Detects a file's format by its first bytes and reports files that cannot be opened. */
enum FileKind {
    /** Read by FFmpeg. */
    GENERAL,
    /** Animated PNG, which FFmpeg takes for a still image when long text chunks come first. */
    APNG,
    /** JPEG, also with more pictures or a film behind the first, which FFmpeg takes for a film. */
    JPEG,
    /** HEIC and AVIF stills, which may be made of several coded pictures. */
    HEIF,
    /** WebP, whose animations FFmpeg cannot decode. */
    WEBP;

    static final String KNOWN = "mp4, mov, webm, mkv, avi, mpeg, ogg, y4m, gif, apng, webp, png, jpeg, heic or avif";

    static FrameSource open(Path file, DecodeLimits limits) {
        FileKind kind = of(file);
        checkDeclaredSize(file, head(file), limits);
        return switch (kind) {
            case WEBP -> WebpSource.open(file, limits);
            case HEIF -> HeifSource.open(file, limits);
            case GENERAL, APNG, JPEG -> FfmpegSource.open(file, kind, limits);
        };
    }

    /** The sentence for a file that no decoder will have. */
    static MediaException unreadable(Path file, IOException reason) {
        if (startsLikeMp4(file)) {
            return new MediaException("cannot read '" + file + "': it is damaged or cut short (" + reason.getMessage() + ")", reason);
        }
        return new MediaException("cannot read '" + file + "': it is not a picture or video that Praxino reads (" + KNOWN
                + "), or it is damaged or cut short", reason);
    }

    private static boolean startsLikeMp4(Path file) {
        return new String(head(file), StandardCharsets.ISO_8859_1).startsWith("ftyp", 4);
    }

    static FileKind of(Path file) {
        if (Files.isDirectory(file)) {
            throw new MediaException("cannot read '" + file + "': it is a folder, not a picture or video");
        }
        if (!Files.exists(file)) {
            throw new MediaException("cannot read '" + file + "': there is no such file");
        }
        if (!Files.isRegularFile(file)) { // reading from a pipe may never end
            throw new MediaException("cannot read '" + file + "': it is a device or a pipe, and no file");
        }
        byte[] head = head(file);
        if (head.length == 0) {
            throw new MediaException("cannot read '" + file + "': the file is empty");
        }
        var text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u0089PNG")) {
            return PngChunks.animationFrames(file) > 0 ? APNG : GENERAL;
        }
        if (text.startsWith("\u00ff\u00d8\u00ff")) {
            return JPEG;
        }
        if (text.startsWith("ftyp", 4) && HeifItems.isStill(file)) {
            return HEIF;
        }
        return text.startsWith("RIFF") && text.startsWith("WEBP", 8) ? WEBP : GENERAL;
    }

    private static byte[] head(Path file) {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(WebpHeader.LENGTH);
        } catch (AccessDeniedException e) {
            throw new MediaException("cannot read '" + file + "': permission denied", e);
        } catch (IOException e) {
            throw new MediaException("cannot read '" + file + "': " + e.getMessage(), e);
        }
    }

    /** A few bytes can unpack into gigabytes: where a header gives the size, it is checked before anything is decoded. */
    private static void checkDeclaredSize(Path file, byte[] head, DecodeLimits limits) {
        if (head.length < WebpHeader.LENGTH) {
            return;
        }
        var bytes = ByteBuffer.wrap(head);
        var text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u0089PNG")) {
            limits.check(file, Integer.toUnsignedLong(bytes.getInt(16)), Integer.toUnsignedLong(bytes.getInt(20)));
        } else if (text.startsWith("GIF8")) {
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            limits.check(file, Short.toUnsignedInt(bytes.getShort(6)), Short.toUnsignedInt(bytes.getShort(8)));
        }
    }
}
