package org.praxino.media;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Output formats, selected by file name. */
public enum OutputFormat {
    /** AV1, or by option H.264 or VP9, in MP4. */
    MP4(240, false),
    /** VP9 or AV1 in WebM; VP9 keeps alpha. */
    WEBM(240, true),
    /** 256 colours chosen for the clip; pixels are transparent or not, nothing between. */
    GIF(50, true),
    /** Animated WebP. */
    WEBP(100, true),
    /** Animated PNG, without loss. */
    APNG(240, true),
    /** One image: a single frame as it is, several as a contact sheet. */
    PNG(240, true),
    /** A numbered PNG for every frame, without loss, in a new folder or by a pattern such as {@code frame_%04d.png}. */
    PNG_SEQUENCE(240, true),
    /** Raw YUV4MPEG2, for pipes. */
    Y4M(240, false);

    /** One line for help texts and errors. */
    public static final String SUPPORTED =
            ".mp4, .webm, .gif, .webp, .apng, .png (a still or a contact sheet), .y4m, frames_%04d.png or a folder name ending in /";

    private final double maxFps;
    private final boolean alpha;

    OutputFormat(double maxFps, boolean alpha) {
        this.maxFps = maxFps;
        this.alpha = alpha;
    }

    /** The format that a file name asks for. A name ending in a slash, or of an existing folder, asks for a PNG sequence. */
    public static OutputFormat of(String name) {
        if (name.isBlank()) {
            throw new MediaException("a file to write needs a name: supported are " + SUPPORTED);
        }
        if (name.endsWith("/") || name.endsWith("\\")) {
            return PNG_SEQUENCE;
        }
        String last = Path.of(name).getFileName().toString().toLowerCase(Locale.ROOT);
        if (FramePattern.matches(last)) {
            return PNG_SEQUENCE;
        }
        return switch (last.substring(last.lastIndexOf('.') + 1)) {
            case "mp4", "m4v" -> MP4;
            case "webm" -> WEBM;
            case "gif" -> GIF;
            case "webp" -> WEBP;
            case "apng" -> APNG;
            case "png" -> PNG;
            case "y4m" -> Y4M;
            default -> {
                if (Files.isDirectory(Path.of(name))) {
                    yield PNG_SEQUENCE;
                }
                throw new MediaException("cannot tell the format of '" + name + "': supported are " + SUPPORTED);
            }
        };
    }

    /** True if the format keeps transparent pixels by default. */
    public boolean keepsAlpha() {
        return alpha;
    }

    /** Rejects options that the format does not support, before any work. */
    void check(WriteOptions options) {
        if (options.fps() > maxFps) {
            throw new MediaException(this + " cannot show " + options.fps() + " frames a second: choose at most " + (int) maxFps);
        }
        boolean fits = switch (options.codec()) {
            case AUTO -> true;
            case AV1, VP9 -> this == MP4 || this == WEBM;
            case H264 -> this == MP4;
        };
        if (!fits) {
            throw new MediaException(this + " cannot hold " + options.codec() + ": "
                    + (this == WEBM ? "choose vp9 or av1, or write .mp4" : "a codec can be chosen for .mp4 and .webm only"));
        }
        if (options.chroma() == Chroma.YUV444 && this == MP4 && options.codec() != Codec.VP9
                || options.chroma() == Chroma.YUV444 && this == WEBM && options.codec() == Codec.AV1) {
            throw new MediaException("colour at full resolution (4:4:4) needs VP9 or .y4m, not " + this + " with codec " + options.codec());
        }
    }

    @Override
    public String toString() {
        return switch (this) {
            case MP4, GIF, APNG, PNG, Y4M -> name();
            case WEBM -> "WebM";
            case WEBP -> "WebP";
            case PNG_SEQUENCE -> "a PNG sequence";
        };
    }
}
