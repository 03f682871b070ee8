package org.praxino.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Decides by a file's first bytes who decodes it, and turns what cannot be opened at all into a sentence. */
enum FileKind {
    /** For FFmpeg, which knows nearly everything. */
    GENERAL,
    /** WebP, whose animations FFmpeg cannot decode. */
    WEBP;

    static final String KNOWN = "mp4, mov, webm, mkv, avi, mpeg, ogg, y4m, gif, apng, webp, png or jpeg";

    static FrameSource open(Path file, Limits limits) {
        return switch (of(file)) {
            case GENERAL, WEBP -> FfmpegSource.open(file, limits);
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
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(8), StandardCharsets.ISO_8859_1).endsWith("ftyp");
        } catch (IOException e) {
            return false;
        }
    }

    static FileKind of(Path file) {
        if (Files.isDirectory(file)) {
            throw new MediaException("cannot read '" + file + "': it is a folder, not a picture or video");
        }
        if (!Files.exists(file)) {
            throw new MediaException("cannot read '" + file + "': there is no such file");
        }
        byte[] head;
        try (var in = Files.newInputStream(file)) {
            head = in.readNBytes(12);
        } catch (AccessDeniedException e) {
            throw new MediaException("cannot read '" + file + "': permission denied", e);
        } catch (IOException e) {
            throw new MediaException("cannot read '" + file + "': " + e.getMessage(), e);
        }
        if (head.length == 0) {
            throw new MediaException("cannot read '" + file + "': the file is empty");
        }
        var text = new String(head, StandardCharsets.ISO_8859_1);
        return text.startsWith("RIFF") && text.startsWith("WEBP", 8) ? WEBP : GENERAL;
    }
}
